// SPDX-License-Identifier: MIT
// Test client: a hostile mail program.  It has no window; again and again it takes its
// message back and hands over a twin with another amount, sometimes with a broken one
// in between, in the hope that the user's next keys are for what was there before.
#include <app/sign.h>
#include "../say.h"

enum { EVERY_MS = 1500 };

static const struct startup_use *use;

static const char head[] = "From: alice@example.org\r\nTo: bank@example.net\r\n"
	"Subject: Payment\r\nDate: Tue, 03 Mar 2026 09:14:22 +0100\r\n"
	"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8; hp=\"clear\"\r\n"
	"Content-Transfer-Encoding: 7bit\r\n\r\n";
static const char *const amounts[] = {
	"Please pay 10 EUR to Bob.\r\n", "Please pay 10000 EUR to Mallory.\r\n",
};

static uint64_t
put(const char *one, const char *two)
{
	char *to = (char *)(uintptr_t)use->shared;
	uint64_t n = 0;

	while (*one != '\0')
		to[n++] = *one++;
	while (*two != '\0')
		to[n++] = *two++;
	return n;
}

int
main(void)
{
	struct sign_session sign;

	use = startup_use("sign");
	if (use == NULL)
		die("no sign session");
	sign.gate = use->gate;
	log_line("ready");
	for (unsigned i = 0;; i++) {
		uint64_t why, line, n;

		(void)!sign_cancel(sign);
		if (i % 3 == 2) {
			n = put("From: alice@example.org\r\n", "no header\r\n");
			(void)!sign_submit(sign, n, &why, &line);
		}
		n = put(head, amounts[i % 2]);
		say1("submitted", sign_submit(sign, n, &why, &line));
		(void)sys_wait(sys_in_ms(EVERY_MS));
		if (sign_result(sign, &n) == OK)
			log_line("has got a signature");
	}
}
