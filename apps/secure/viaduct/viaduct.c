// SPDX-License-Identifier: MIT
// Policy and the two ways through the core.
#include <string.h>
#include <base/wipe.h>
#include "viaduct.h"

enum { OUTER_HEAD = 20, UDP_HEAD = 8, ACQUIRE_MS = 1000, DUMMY_BYTES = 64 };

static enum viaduct_to
drop(struct viaduct *v, enum tunnel_drop why)
{
	viaduct_drop(v, why);
	return TO_NOBODY;
}

static bool
policy_covers(const struct viaduct *v, struct sa_range local, struct sa_range remote)
{
	for (uint32_t i = 0; i < v->config.policies; i++) {
		const struct viaduct_policy *p = &v->config.policy[i];

		if (sad_covers(p->local, local.first) && sad_covers(p->local, local.last) &&
		    sad_covers(p->remote, remote.first) && sad_covers(p->remote, remote.last))
			return true;
	}
	return false;
}

static enum err
install(struct viaduct *v, const struct sa *sa, uint64_t iv, bool kept, uint64_t now,
        uint64_t *handle)
{
	if (!policy_covers(v, sa->inner_local, sa->inner_remote))
		return ERR_REFUSED;
	return sad_install(&v->sad, sa, iv, kept, now, handle);
}

enum err
viaduct_install(struct viaduct *v, const struct sa *sa, uint64_t now, uint64_t *handle)
{
	return install(v, sa, 0, false, now, handle);
}

// The IV of a manual SA: the start's number, then that of the packet, which has 32 bits.
static bool
install_manual(struct viaduct *v, const struct sa *sa, uint64_t boot, uint64_t now)
{
	bool unique = boot != 0 && boot <= UINT32_MAX && (sa->flags & SA_ESN) == 0;
	uint64_t handle;

	if (sa->direction == SA_OUT && !unique)
		return false;
	return install(v, sa, boot << 32, true, now, &handle) == OK;
}

const char *
viaduct_init(struct viaduct *v, const struct viaduct_config *config, uint64_t boot, uint64_t now,
             uint32_t *refused)
{
	memset(v, 0, sizeof *v);
	sad_init(&v->sad);
	*refused = 0;
	if (config->magic != VIADUCT_MAGIC)
		return "the module is not a configuration";
	if (config->policies > VIADUCT_POLICIES || config->manuals > VIADUCT_MANUAL)
		return "the configuration is too long";
	v->config = *config;
	for (uint32_t i = 0; i < config->manuals; i++)
		*refused += !install_manual(v, &config->manual[i], boot, now);
	wipe(v->config.manual, sizeof v->config.manual);
	return NULL;
}

// The largest inner packet whose outer one fits the path.
static uint32_t
inner_mtu(const struct sa *sa)
{
	uint32_t outer = OUTER_HEAD + ((sa->flags & SA_UDP) != 0 ? UDP_HEAD : 0u);

	return ((sa->mtu - outer - ESP_HEAD - ESP_ICV) & ~3u) - ESP_TRAILER;
}

static uint32_t
tfc(const struct sa *sa, uint32_t length)
{
	if (sa->tfc == 0)
		return length;
	uint32_t padded = (length + sa->tfc - 1) / sa->tfc * sa->tfc, most = inner_mtu(sa);

	most = length > most ? length : most;
	return padded < most ? padded : most;
}

static enum viaduct_to
seal(struct viaduct *v, struct sad_entry *e, uint8_t next, const uint8_t *inner, uint32_t length,
     uint64_t now, struct viaduct_out *out)
{
	const struct sa *sa = &e->sa;
	uint64_t sequence = ++e->sequence;

	out->packet = (struct packet){ 0, sa->local, sa->remote, sa->local_port, sa->remote_port };
	out->packet.length = esp_seal(&e->esp, sequence, e->iv + sequence, next, inner, length,
	                              tfc(sa, length), v->packet);
	out->content = v->packet;
	e->counters.sequence = sequence;
	sad_used(&v->sad, e, length, now);
	return TO_BLACK;
}

static void
acquire(struct viaduct *v, const struct inner *inner, uint64_t now)
{
	if (now < v->acquire_at)
		return;
	v->acquire_at = now + ACQUIRE_MS;
	sad_tell(&v->sad, (struct sa_event){ .kind = SA_EVENT_ACQUIRE,
	                                     .inner_local = inner->source,
	                                     .inner_remote = inner->destination });
}

static enum viaduct_to
too_big(struct viaduct *v, const uint8_t *content, const struct inner *inner, uint32_t mtu,
        struct viaduct_out *out)
{
	viaduct_drop(v, DROP_RED_TOO_BIG);
	out->packet = (struct packet){ .length = inner_too_big(content, inner, mtu, v->packet) };
	out->content = v->packet;
	return out->packet.length != 0 ? TO_RED : TO_NOBODY;
}

enum viaduct_to
viaduct_from_red(struct viaduct *v, const uint8_t *content, uint32_t length, uint64_t now,
                 struct viaduct_out *out)
{
	struct inner inner;

	if (!inner_parse(content, length, &inner))
		return drop(v, DROP_RED_MALFORMED);
	struct sa_range source = { inner.source, inner.source };
	struct sa_range destination = { inner.destination, inner.destination };

	if (!policy_covers(v, source, destination))
		return drop(v, DROP_RED_POLICY);
	struct sad_entry *e = sad_outbound(&v->sad, inner.source, inner.destination);

	if (e == NULL) {
		acquire(v, &inner, now);
		return drop(v, DROP_RED_NO_SA);
	}
	uint32_t mtu = inner_mtu(&e->sa);

	// without DF the black stack fragments, as far as there are such packets at all
	if (inner.length > mtu &&
	    (inner.whole || esp_length(inner.length) > PACKET_MAX - OUTER_HEAD - UDP_HEAD))
		return too_big(v, content, &inner, mtu, out);
	v->status.sent++;
	v->status.sent_bytes += inner.length;
	return seal(v, e, ESP_NEXT_IPV4, content, inner.length, now, out);
}

// Authentic; but is it what was agreed?
static enum viaduct_to
deliver(struct viaduct *v, struct sad_entry *e, const uint8_t *content, uint32_t length,
        uint8_t next, uint64_t now, struct viaduct_out *out)
{
	struct inner inner;
	enum tunnel_drop why = DROP_BLACK_NEXT;

	if (next == ESP_NEXT_DUMMY) {
		v->status.dummies++;
		sad_used(&v->sad, e, length, now);
		return TO_NOBODY;
	}
	if (next != ESP_NEXT_IPV4)
		goto refuse;
	why = DROP_BLACK_INNER;
	if (!inner_parse(content, length, &inner))
		goto refuse;
	why = DROP_BLACK_POLICY;
	if (!sad_covers(e->sa.inner_remote, inner.source) ||
	    !sad_covers(e->sa.inner_local, inner.destination))
		goto refuse;
	out->packet = (struct packet){ .length = inner.length };
	out->content = content;
	v->status.received++;
	v->status.received_bytes += inner.length;
	sad_used(&v->sad, e, inner.length, now);
	return TO_RED;
refuse:
	e->counters.refused++;
	return drop(v, why);
}

enum viaduct_to
viaduct_from_black(struct viaduct *v, uint8_t *content, uint32_t length, uint64_t now,
                   struct viaduct_out *out)
{
	uint32_t spi, low, inner_length;
	uint64_t sequence;
	uint8_t *inner, next;

	if (!esp_peek(content, length, &spi, &low))
		return drop(v, DROP_BLACK_SHORT);
	struct sad_entry *e = sad_inbound(&v->sad, spi);

	if (e == NULL)
		return drop(v, DROP_BLACK_SPI);
	if (!replay_check(&e->replay, low, &sequence)) {
		e->counters.replayed++;
		return drop(v, DROP_BLACK_REPLAY);
	}
	enum esp_opened opened = esp_open(&e->esp, sequence, content, length, &inner,
	                                  &inner_length, &next);

	if (opened == ESP_FORGED) {
		e->counters.forged++;
		return drop(v, DROP_BLACK_FORGED);
	}
	replay_mark(&e->replay, sequence);
	e->counters.sequence = e->replay.highest;
	if (opened == ESP_BAD_PADDING) {
		e->counters.refused++;
		return drop(v, DROP_BLACK_PADDING);
	}
	return deliver(v, e, inner, inner_length, next, now, out);
}

enum viaduct_to
viaduct_dummy(struct viaduct *v, uint64_t now, struct viaduct_out *out)
{
	static const uint8_t zeros[DUMMY_BYTES];

	for (uint32_t i = 0; v->config.dummy_ms != 0 && i < v->sad.count[SA_OUT]; i++) {
		struct sad_entry *e = &v->sad.entry[v->sad.list[SA_OUT][i]];

		if (now - e->used >= v->config.dummy_ms)
			return seal(v, e, ESP_NEXT_DUMMY, zeros, sizeof zeros, now, out);
	}
	return TO_NOBODY;
}

const struct tunnel_status *
viaduct_status(struct viaduct *v)
{
	const struct sad *sad = &v->sad;
	struct tunnel_status *s = &v->status;

	s->inbound = sad->count[SA_IN];
	s->outbound = sad->count[SA_OUT];
	s->local = s->remote = 0;
	if (s->outbound > 0) {
		const struct sa *newest = &sad->entry[sad->list[SA_OUT][s->outbound - 1]].sa;

		s->local = newest->local;
		s->remote = newest->remote;
	}
	return s;
}
