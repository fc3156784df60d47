// SPDX-License-Identifier: MIT
// Key and certificate are boot modules, the arena is this component's heap.
#include <base/rtc.h>
#include <sys/startup_memory.h>
#include "engine.h"
#include "smime.h"

static struct engine {
	const struct startup_memory *module;    // the encrypted key
	struct arena arena;
	struct cert cert;
	struct key *key;                        // NULL = locked
} engine;

static const unsigned char *
module_bytes(const struct startup_memory *m)
{
	return (const unsigned char *)(uintptr_t)m->addr;
}

static struct ui_text
text_of(struct span s)
{
	return (struct ui_text){ (const char *)s.data, s.size };
}

bool
engine_init(struct ui_key *key)
{
	const struct startup_memory *cert = startup_memory("cert");
	const struct startup_memory *demo = startup_memory("demo");
	const struct startup_memory *heap = startup_memory("heap");
	struct utc now;

	engine.module = startup_memory("key");
	if (engine.module == NULL || cert == NULL || heap == NULL
	    || heap->size < KEY_ARENA_SIZE
	    || key_check(module_bytes(engine.module), engine.module->size) != KEY_OK
	    || !cert_read(module_bytes(cert), cert->size, &engine.cert))
		return false;
	arena_init(&engine.arena, (void *)(uintptr_t)heap->addr, KEY_ARENA_SIZE);
	key->subject = text_of(engine.cert.name);
	key->mail = text_of(engine.cert.mail);
	key->issuer = text_of(engine.cert.issuer_name);
	if (rtc_read(&now))
		key->expired = utc_order(now) < utc_order(engine.cert.not_before)
		               || utc_order(now) > utc_order(engine.cert.not_after);
	if (demo != NULL)
		key->demo = (struct ui_text){ (const char *)module_bytes(demo), demo->size };
	return true;
}

static enum sign_refusal
refusal(enum key_error e)
{
	switch (e) {
	case KEY_OK:
		return SIGN_OK;
	case KEY_NO_RANDOM:
		return SIGN_NO_RANDOM;
	case KEY_MEMORY:
	case KEY_ROOM:
		return SIGN_MEMORY;
	default:
		return SIGN_NO_KEY;
	}
}

bool
engine_unlock(void *self, const char *passphrase, size_t len, enum sign_refusal *why)
{
	enum key_error e;

	engine_lock(self);
	e = key_open(&engine.arena, &engine.cert, module_bytes(engine.module),
	             engine.module->size, passphrase, len, &engine.key);
	*why = e == KEY_PASSPHRASE ? SIGN_OK : refusal(e);
	if (e != KEY_OK)
		engine.key = NULL;
	return e == KEY_OK;
}

void
engine_lock(void *self)
{
	(void)self;
	if (engine.key != NULL)
		key_close(engine.key);
	engine.key = NULL;
}

enum sign_refusal
engine_sign(const struct message *m, uint8_t *out, size_t cap, size_t *n)
{
	struct utc now;

	if (engine.key == NULL)
		return SIGN_NO_KEY;
	if (!rtc_read(&now))
		return SIGN_NO_CLOCK;
	return refusal(smime_sign(engine.key, m->bytes, m->length, now, out, cap, n));
}
