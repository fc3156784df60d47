// SPDX-License-Identifier: MIT
// Sentences for enum sign_refusal.

#include <app/sign.h>
#include "refusal.h"

const char *
refusal_text(uint64_t why)
{
	static const char *const text[SIGN_REFUSALS] = {
		[SIGN_REFUSED_BY_USER]  = "You did not sign it",
		[SIGN_TOO_LARGE]        = "The message is too large for the signer",
		[SIGN_EMPTY]            = "The message is empty",
		[SIGN_BARE_CR]          = "A carriage return stands alone",
		[SIGN_BARE_LF]          = "A line feed stands alone",
		[SIGN_NUL]              = "The message contains a zero byte",
		[SIGN_LINE_TOO_LONG]    = "A line is longer than 998 bytes",
		[SIGN_HEADER_MALFORMED] = "A header line is malformed",
		[SIGN_HEADER_TOO_LONG]  = "The header is too long",
		[SIGN_HEADER_DUPLICATE] = "A header field occurs twice",
		[SIGN_HEADER_MISSING]   = "The message has no sender (From)",
		[SIGN_BCC]              = "Everybody would see the hidden recipients (Bcc)",
		[SIGN_CHARSET]          = "The signer does not know the character set",
		[SIGN_ENCODING]         = "The signer does not know the transfer encoding",
		[SIGN_UTF8]             = "The text is not valid UTF-8",
		[SIGN_MULTIPART]        = "The message has several parts",
		[SIGN_TYPE]             = "The content is not plain text",
		[SIGN_DECODE]           = "The transfer encoding is broken",
		[SIGN_NO_KEY]           = "The signer has no usable key",
		[SIGN_NO_RANDOM]        = "The signer has no random numbers",
		[SIGN_NO_CLOCK]         = "The signer's clock does not work",
		[SIGN_MEMORY]           = "The signed message would not fit",
		[SIGN_NOT_7BIT]         = "There are bytes that mail servers change",
		[SIGN_FROM_LINE]        = "A line begins with \"From \", which mailboxes change",
		[SIGN_PARAMETER]        = "The content type has a parameter that some misread",
		[SIGN_CONTENT_FIELD]    = "A Content field is not understood by all",
		[SIGN_RESENT]           = "The message was resent (Resent fields)",
		[SIGN_SENDER]           = "The sender (From) is not one plain name and address",
		[SIGN_WORD]             = "An encoded word in the header is broken",
		[SIGN_PEOPLE]           = "An address field is not plain names and addresses",
		[SIGN_UNPROTECTED]      = "The content type does not protect the header",
	};

	if (why >= SIGN_REFUSALS || text[why] == 0)
		return "The signer refused without a known reason";
	return text[why];
}
