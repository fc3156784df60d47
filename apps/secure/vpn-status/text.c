// SPDX-License-Identifier: MIT
// Composes texts without formatted output.
#include <base/put.h>
#include "text.h"

const char *
text_drop(enum tunnel_drop why)
{
	static const char *const words[TUNNEL_DROPS] = {
		[DROP_RED_BROKEN] = "red: broken ring",
		[DROP_RED_MALFORMED] = "red: not an IPv4 packet",
		[DROP_RED_POLICY] = "red: not to be protected",
		[DROP_RED_NO_SA] = "red: no key for it",
		[DROP_RED_TOO_BIG] = "red: too big",
		[DROP_RED_FULL] = "red: black side too slow",
		[DROP_BLACK_BROKEN] = "black: broken ring",
		[DROP_BLACK_SHORT] = "black: no ESP packet",
		[DROP_BLACK_SPI] = "black: unknown SPI",
		[DROP_BLACK_REPLAY] = "black: replayed",
		[DROP_BLACK_FORGED] = "black: forged",
		[DROP_BLACK_PADDING] = "black: wrong padding",
		[DROP_BLACK_NEXT] = "black: wrong next header",
		[DROP_BLACK_INNER] = "black: no IPv4 inside",
		[DROP_BLACK_POLICY] = "black: foreign address inside",
		[DROP_BLACK_FULL] = "black: red side too slow",
	};

	return words[why];
}

void
text_address(char out[TEXT_MAX], uint32_t address)
{
	for (int shift = 24; shift >= 0; shift -= 8) {
		out = put_number(out, address >> shift & 0xff);
		*out++ = shift > 0 ? '.' : '\0';
	}
}

void
text_packets(char out[TEXT_MAX], uint64_t packets, uint64_t bytes)
{
	out = put_text(put_number(out, packets), " packets, ");
	*put_text(put_number(out, bytes), " bytes") = '\0';
}

void
text_count(char out[TEXT_MAX], const char *words, uint64_t n)
{
	out = put_text(out, words);
	*out++ = ' ';
	*put_number(out, n) = '\0';
}
