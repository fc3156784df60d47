// SPDX-License-Identifier: MIT
// Why something is refused: the one place where it is counted, what it is called,
// and which error tells the peer (RFC 7296, 2.21 and 3.10.1).
#include "state.h"

static const struct { const char *text; uint16_t notify; } about[REFUSALS] = {
	[ACCEPTED] = { "not refused", 0 },
	[REFUSED_SHORT] = { "shorter than a header", 0 },
	[REFUSED_LONG] = { "too long, or the header names another length", 0 },
	[REFUSED_VERSION] = { "not version 2", 0 },
	[REFUSED_NEWER] = { "a version above 2", 0 },
	[REFUSED_PORT] = { "not IKE, though on its port", 0 },
	[REFUSED_EXCHANGE] = { "an exchange that is not due", 0 },
	[REFUSED_BUSY] = { "not together with what is under way", N_TEMPORARY },
	[REFUSED_SYNTAX] = { "malformed", N_SYNTAX },
	[REFUSED_CRITICAL] = { "an unknown critical payload", N_CRITICAL },
	[REFUSED_STRANGER] = { "from an address that is no peer's", 0 },
	[REFUSED_FULL] = { "too many at once", N_NO_ADDITIONAL },
	[REFUSED_COOKIE] = { "without a cookie while busy", 0 },
	[REFUSED_PROPOSAL] = { "no algorithms in common", N_NO_PROPOSAL },
	[REFUSED_GROUP] = { "a public value of another group", N_INVALID_KE },
	[REFUSED_POINT] = { "a public value that gives secrets away", N_SYNTAX },
	[REFUSED_SPI] = { "of an IKE SA that does not exist", 0 },
	[REFUSED_WINDOW] = { "a message number that is not due", 0 },
	[REFUSED_FORGED] = { "forged", 0 },
	[REFUSED_NAME] = { "an unknown name", N_AUTH_FAILED },
	[REFUSED_KEY] = { "a wrong pre-shared key", N_AUTH_FAILED },
	[REFUSED_SELECTOR] = { "inner addresses that are not allowed", N_TS_REFUSED },
	[REFUSED_ERROR] = { "the peer says no", 0 },
	[REFUSED_CHILD] = { "a tunnel that does not exist", N_NO_CHILD },
	[REFUSED_INSTALL] = { "keys that could not be installed", N_NO_PROPOSAL },
	[REFUSED_RANDOM] = { "no random numbers, or no memory", N_NO_PROPOSAL },
};

void
refuse(struct ike *ike, enum ike_refusal why)
{
	ike->refused[why]++;
}

void
refusal_write(struct writer *w, enum ike_refusal why, const struct payloads *p)
{
	uint32_t type = about[why].notify;

	if (why == REFUSED_CHILD)
		payload_write_spis(w, PAY_NOTIFY, ABOUT_ESP | type, &p->rekey, 1);
	else if (type != 0)
		payload_write(w, PAY_NOTIFY, type, slice_of(p->detail, p->detail_bytes));
}

// RFC 7296, 3.10.1.
const char *
error_text(uint16_t error)
{
	static const struct { uint16_t error; const char *text; } known[] = {
		{ N_CRITICAL, "the peer does not understand a payload" },
		{ N_VERSION, "the peer has another version of IKE" },
		{ N_SYNTAX, "the peer finds it malformed" },
		{ N_NO_PROPOSAL, "the peer accepts none of our algorithms" },
		{ N_INVALID_KE, "the peer wants another group" },
		{ N_AUTH_FAILED, "the peer does not believe who we are" },
		{ N_NO_ADDITIONAL, "the peer wants no more SAs" },
		{ N_TS_REFUSED, "the peer refuses the inner addresses" },
		{ N_TEMPORARY, "the peer is busy with something else" },
		{ N_NO_CHILD, "the peer does not know the tunnel" },
	};

	for (unsigned i = 0; i < sizeof known / sizeof known[0]; i++)
		if (known[i].error == error)
			return known[i].text;
	return "the peer says no";
}

const char *
ike_refusal_text(enum ike_refusal why)
{
	return about[why].text;
}
