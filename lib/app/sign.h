// SPDX-License-Identifier: MIT
// Sign session: the only way between the legacy mail program and the signer
// core.  The legacy part puts the exact bytes of one RFC 5322 message (CRLF
// lines) at the start of the shared memory and says how many; the core copies
// them once, shows them to the user, and, when the user agrees, puts a
// multipart/signed message (RFC 8551) at the start of the shared memory.
// The core never signs anything but what it copied and showed.
#pragma once

#include <sys/sys.h>

struct sign_session { cap_t gate; };

enum sign_op {
	SIGN_SUBMIT = 1,        // mr0 bytes -> OK: the user decides, SIGN_SIGNAL follows;
				// ERR_BUSY: another message is being decided;
				// ERR_REFUSED: mr0 enum sign_refusal, mr1 line
				// (1 = first, 0 = whole message)
	SIGN_RESULT,            // -> OK: mr0 bytes of the signed message; ERR_BUSY: undecided;
				// ERR_REFUSED: mr0 SIGN_REFUSED_BY_USER or another refusal
	SIGN_CANCEL,            // withdraws the message
};

enum { SIGN_SIGNAL = 1 };       // core -> legacy: ask SIGN_RESULT

// Why the core does not sign.  sign_refusal_text() (apps/secure/mail-signer)
// has the sentence for each.
enum sign_refusal {
	SIGN_OK,
	SIGN_REFUSED_BY_USER,
	SIGN_TOO_LARGE,         // over the core's memory
	SIGN_EMPTY,
	SIGN_BARE_CR,
	SIGN_BARE_LF,
	SIGN_NUL,
	SIGN_LINE_TOO_LONG,     // over 998 bytes (RFC 5322 section 2.1.1)
	SIGN_HEADER_MALFORMED,
	SIGN_HEADER_TOO_LONG,   // a header field over 4096 bytes, or over 256 fields
	SIGN_HEADER_DUPLICATE,  // From, To, Subject, Date, Content-* or another singleton twice
	SIGN_HEADER_MISSING,    // no From
	SIGN_BCC,               // Bcc: the signed part would show it to every recipient
	SIGN_CHARSET,           // other than us-ascii and utf-8
	SIGN_ENCODING,          // unknown Content-Transfer-Encoding
	SIGN_UTF8,              // decoded: invalid UTF-8, or undeclared characters
	SIGN_MULTIPART,         // nested multiparts, or any that cannot be shown
	SIGN_TYPE,              // a content type that cannot be shown as text
	SIGN_DECODE,            // broken quoted-printable or base64
	SIGN_NO_KEY,            // key or certificate missing or broken
	SIGN_NO_RANDOM,         // the CPU gives no random numbers
	SIGN_NO_CLOCK,          // the clock gives no time to sign with
	SIGN_MEMORY,            // the signed message does not fit
	SIGN_NOT_7BIT,          // bytes over 127, or 8bit declared: changed on the way (RFC 8551
				// section 3.1.3)
	SIGN_FROM_LINE,         // a line of the body begins with "From ": changed in mailboxes
	SIGN_PARAMETER,         // Content-Type has others than charset and hp, or one twice
	SIGN_CONTENT_FIELD,     // Content-* other than -Type and -Transfer-Encoding
	SIGN_RESENT,            // Resent-*
	SIGN_SENDER,            // From is not one plain name and address
	SIGN_WORD,              // "=?" that is no encoded word, or one in another character set
	SIGN_UNPROTECTED,       // Content-Type has no hp="clear" (RFC 9788 section 2.1.1)
	SIGN_PEOPLE,            // Sender, Reply-To, To or Cc is no list of plain names and addresses
	SIGN_REFUSALS,
};

static inline enum err
sign_submit(struct sign_session s, uint64_t bytes, uint64_t *why, uint64_t *line)
{
	utcb()->mr[0] = bytes;
	enum err e = sys_request(s.gate, SIGN_SUBMIT, 1);
	*why = utcb()->mr[0], *line = utcb()->mr[1];
	return e;
}

static inline enum err
sign_result(struct sign_session s, uint64_t *bytes_or_why)
{
	enum err e = sys_request(s.gate, SIGN_RESULT, 0);
	*bytes_or_why = utcb()->mr[0];
	return e;
}

static inline enum err
sign_cancel(struct sign_session s)
{
	return sys_request(s.gate, SIGN_CANCEL, 0);
}
