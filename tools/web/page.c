// SPDX-License-Identifier: MIT
// Answers requests: the door first, then files and the handshake of RFC 6455, 4.2.

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <microhttpd.h>
#include <nettle/base64.h>
#include <nettle/sha1.h>
#include "tools/web/page.h"
#include "tools/web/peer.h"
#include "tools/web/strangers.h"
#include "tools/web/tunnel.h"

enum {
	IDLE = 20,                              // seconds
	REQUEST = 16384,                        // bytes of memory for one request
	KEY = 24, ACCEPT = BASE64_ENCODE_RAW_LENGTH(SHA1_DIGEST_SIZE),
};

static struct {
	const struct door *door;
	struct sockaddr_in address;
	int folder;
	char policy[400];                       // the Content-Security-Policy
	struct strangers strangers;
} page;

struct headers {
	const char *name, *value;
	int count;
};

static enum MHD_Result
note_header(void *cls, enum MHD_ValueKind kind, const char *name, const char *value)
{
	struct headers *h = cls;

	(void)kind;
	if (strcasecmp(name, h->name) == 0) {
		h->value = value;
		h->count++;
	}
	return MHD_YES;
}

// The value of a header that may come once only; "" if it comes more often.
static const char *
header(struct MHD_Connection *c, const char *name)
{
	struct headers h = { .name = name };

	MHD_get_connection_values(c, MHD_HEADER_KIND, note_header, &h);
	return h.count > 1 ? "" : h.value;
}

// Sends and forgets a response.  Nothing of it stays in a cache, appears in
// another page's frame, or tells another site the address.
static enum MHD_Result
send_response(struct MHD_Connection *c, unsigned status, struct MHD_Response *r,
              const char *type)
{
	const char *const headers[][2] = {
		{ "Content-Type", type },
		{ "Content-Security-Policy", page.policy },
		{ "Cache-Control", "no-store" },
		{ "Referrer-Policy", "no-referrer" },
		{ "X-Content-Type-Options", "nosniff" },
		{ "X-Frame-Options", "DENY" },
		{ "Cross-Origin-Opener-Policy", "same-origin" },
		{ "Cross-Origin-Resource-Policy", "same-origin" },
	};

	if (r == NULL)
		return MHD_NO;
	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++)
		MHD_add_response_header(r, headers[i][0], headers[i][1]);
	enum MHD_Result queued = MHD_queue_response(c, status, r);
	MHD_destroy_response(r);
	return queued;
}

static enum MHD_Result
refuse(struct MHD_Connection *c, unsigned status, const char *why)
{
	struct MHD_Response *r = MHD_create_response_from_buffer(
		strlen(why), (void *)(uintptr_t)why, MHD_RESPMEM_PERSISTENT);

	if (r != NULL)
		MHD_add_response_header(r, "Connection", "close");
	return send_response(c, status, r, "text/plain; charset=utf-8");
}

static enum MHD_Result
give_file(struct MHD_Connection *c, const char *path)
{
	static const char missing[] = "There is no such file.\n";
	const char *type = door_type(path);
	struct stat st;

	if (!door_file(path) || type == NULL)
		return refuse(c, MHD_HTTP_NOT_FOUND, missing);
	int fd = openat(page.folder, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return refuse(c, MHD_HTTP_NOT_FOUND, missing);
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		return refuse(c, MHD_HTTP_NOT_FOUND, missing);
	}
	struct MHD_Response *r = MHD_create_response_from_fd64((uint64_t)st.st_size, fd);
	return send_response(c, MHD_HTTP_OK, r, type);
}

static void
end_upgraded(void *self)
{
	MHD_upgrade_action(self, MHD_UPGRADE_ACTION_CLOSE);
}

static void
upgraded(void *cls, struct MHD_Connection *c, void *request, const char *first, size_t first_len,
         MHD_socket fd, struct MHD_UpgradeResponseHandle *self)
{
	(void)cls, (void)c, (void)request;
	tunnel_start(&(struct tunnel_client){
		.fd = fd, .kind = TUNNEL_WEBSOCKET, .first = first, .first_len = first_len,
		.done = end_upgraded, .self = self,
	});
}

// What proves to the browser that its request was read as a WebSocket's (RFC 6455, 4.2.2).
static void
accept_key(const char *key, char answer[ACCEPT + 1])
{
	static const char guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
	uint8_t digest[SHA1_DIGEST_SIZE];
	struct sha1_ctx sha1;

	sha1_init(&sha1);
	sha1_update(&sha1, KEY, (const uint8_t *)key);
	sha1_update(&sha1, sizeof(guid) - 1, (const uint8_t *)guid);
	sha1_digest(&sha1, sizeof(digest), digest);
	base64_encode_raw(answer, sizeof(digest), digest);
	answer[ACCEPT] = '\0';
}

static enum MHD_Result
give_screen(struct MHD_Connection *c, const char *method, const char *http)
{
	const char *key = header(c, "Sec-WebSocket-Key");
	const char *version = header(c, "Sec-WebSocket-Version");
	const char *upgrade = header(c, "Upgrade");
	char answer[ACCEPT + 1];

	if (!door_origin(page.door, header(c, "Origin"), true))
		return refuse(c, MHD_HTTP_FORBIDDEN, "Only the machine's page may see it.\n");
	if (strcmp(method, "GET") != 0 || strcmp(http, "HTTP/1.1") != 0 || upgrade == NULL ||
	    strcasecmp(upgrade, "websocket") != 0 || version == NULL ||
	    strcmp(version, "13") != 0 || key == NULL || strlen(key) != KEY)
		return refuse(c, MHD_HTTP_BAD_REQUEST, "This is a WebSocket.\n");
	if (!tunnel_has_room())
		return refuse(c, MHD_HTTP_SERVICE_UNAVAILABLE, "Too many viewers are here.\n");
	struct MHD_Response *r = MHD_create_response_for_upgrade(upgraded, NULL);
	if (r == NULL)
		return MHD_NO;
	accept_key(key, answer);
	MHD_add_response_header(r, "Upgrade", "websocket");
	MHD_add_response_header(r, "Sec-WebSocket-Accept", answer);
	enum MHD_Result queued = MHD_queue_response(c, MHD_HTTP_SWITCHING_PROTOCOLS, r);
	MHD_destroy_response(r);
	return queued;
}

static int
socket_of(struct MHD_Connection *c)
{
	return MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
}

static void
note_connection(void *cls, struct MHD_Connection *c, void **context,
                enum MHD_ConnectionNotificationCode code)
{
	(void)cls, (void)context;
	if (code == MHD_CONNECTION_NOTIFY_STARTED)
		strangers_add(&page.strangers, socket_of(c));
	else
		strangers_remove(&page.strangers, socket_of(c));
}

// Called for each request twice, with its head and then with all of it, and with
// each piece of a body.  Who is not let in is told so at once: nothing more is
// read from this connection.
static enum MHD_Result
answer(void *cls, struct MHD_Connection *c, const char *url, const char *method, const char *http,
       const char *upload, size_t *upload_size, void **state)
{
	static int seen;

	(void)cls, (void)upload;
	const char *path = door_path(page.door, url);
	if (path == NULL || !door_host(page.door, header(c, "Host")) ||
	    !door_origin(page.door, header(c, "Origin"), false))
		return refuse(c, MHD_HTTP_FORBIDDEN, "Open the address that make run printed, "
		              "all of it, as it stands there.\n");
	strangers_remove(&page.strangers, socket_of(c));
	if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0)
		return refuse(c, MHD_HTTP_METHOD_NOT_ALLOWED, "Nothing can be written here.\n");
	if (*state == NULL) {
		*state = &seen;
		return MHD_YES;
	}
	// a body: taken off the connection, looked at by nobody
	if (*upload_size != 0) {
		*upload_size = 0;
		return MHD_YES;
	}
	if (strcmp(path, "screen") == 0)
		return give_screen(c, method, http);
	return give_file(c, path[0] == '\0' ? "index.html" : path);
}

// Users other than ours and root are not even listened to: they could not open
// the page without the token, but use up all connections.  Where root runs the
// machine, in a container or by sudo, the browser is often somebody else's.
static enum MHD_Result
may_connect(void *cls, const struct sockaddr *theirs, socklen_t len)
{
	(void)cls;
	if (len < sizeof(struct sockaddr_in) || theirs->sa_family != AF_INET)
		return MHD_NO;
	long user = peer_user((const struct sockaddr_in *)(const void *)theirs, &page.address);
	long me = (long)getuid();
	return user == PEER_UNKNOWN || user == 0 || user == me || me == 0 ? MHD_YES : MHD_NO;
}

bool
page_start(int listener, uint16_t port, const struct door *door, const char *folder)
{
	page.door = door;
	page.address = (struct sockaddr_in){
		.sin_family = AF_INET, .sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	snprintf(page.policy, sizeof(page.policy), "default-src 'none'; script-src 'self'; "
	         "style-src 'self'; img-src 'self' data:; connect-src 'self' ws://%s ws://%s; "
	         "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
	         door->host[0], door->host[1]);
	page.folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (page.folder < 0) {
		fprintf(stderr, "webscreen: %s: %s\n", folder, strerror(errno));
		return false;
	}
	if (MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL | MHD_ALLOW_UPGRADE, 0,
	                     may_connect, NULL, answer, NULL, MHD_OPTION_LISTEN_SOCKET, listener,
	                     MHD_OPTION_NOTIFY_CONNECTION, note_connection, NULL,
	                     MHD_OPTION_CONNECTION_LIMIT, (unsigned)PAGE_CONNECTIONS,
	                     MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE,
	                     MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)REQUEST,
	                     MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_END) == NULL) {
		fprintf(stderr, "webscreen: the HTTP server does not start: %s\n", strerror(errno));
		return false;
	}
	return true;
}
