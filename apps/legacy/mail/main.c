// SPDX-License-Identifier: MIT
// The legacy mail program: its sessions and the way of one message from the
// draft through the signer core to the serial port.

#include <string.h>
#include <app/sign.h>
#include <session/gui.h>
#include <sys/serve.h>
#include <sys/startup_memory.h>
#include "convert.h"
#include "refusal.h"
#include "uart.h"
#include "ui.h"

enum { DRAFTS = 64, WINDOW_X = 24, WINDOW_Y = 48, VISIBLE = 64, VIEW = 0 };

static const char prefix[] = "mail/";

static struct {
	const struct startup_use *gui, *sign;
	struct input_end input;
	struct canvas canvas;
	struct gui_info screen;
	struct rect window;
	int32_t start_x, start_y;       //   before it was dragged

	struct draft drafts[DRAFTS];
	uint32_t count;
	uint32_t submitted;             // which one the signer has
	struct ui ui;
} mail;

static struct gui_session
gui(void)
{
	return (struct gui_session){ mail.gui->gate };
}

static struct sign_session
sign(void)
{
	return (struct sign_session){ mail.sign->gate };
}

static void
log_text(const struct text *t)
{
	log_line(t->s);
}

static void
collect_drafts(void)
{
	const struct startup_memory *m = startup_memories();

	for (uint32_t i = 0; i < startup()->memory_count && mail.count < DRAFTS; i++) {
		if (m[i].kind != MEMORY_ROM || strncmp(m[i].name, prefix, sizeof(prefix) - 1) != 0)
			continue;
		draft_open(&mail.drafts[mail.count++], m[i].name + sizeof(prefix) - 1,
		           (const void *)(uintptr_t)m[i].addr, m[i].size);
	}
}

static void
refused(uint64_t why, uint64_t line)
{
	struct text log = { 0 }, status = { 0 };

	text_add(&status, refusal_text(why));
	if (line != 0) {
		text_add(&status, " (line ");
		text_number(&status, line);
		text_add(&status, ")");
	}
	text_add(&log, "refused ");
	text_add(&log, mail.drafts[mail.submitted].name);
	text_add(&log, ": ");
	text_add(&log, status.s);
	log_text(&log);
	text_add(&status, ".");
	ui_status(&mail.ui, MOOD_BAD, &status);
	mail.ui.waiting = false;
}

static void
say(enum ui_mood mood, const char *sentence)
{
	struct text t = { 0 };

	text_add(&t, sentence);
	ui_status(&mail.ui, mood, &t);
}

// As the signer wants it; what cannot be converted goes as it is, for the signer to say why.
static size_t
hand_over(const struct draft *d, char *to, size_t room)
{
	static char wire[512 * 1024];
	size_t size = draft_wire(d, wire, sizeof(wire));
	size_t converted = convert(wire, size, to, room);

	if (converted != 0)
		return converted;
	if (size > room)
		return 0;
	memcpy(to, wire, size);
	return size;
}

static void
submit(void)
{
	const struct draft *d = &mail.drafts[mail.ui.selected];
	uint64_t why, line;
	size_t size = hand_over(d, (void *)(uintptr_t)mail.sign->shared, mail.sign->shared_size);
	struct text t = { 0 };

	if (size == 0 && d->size != 0) {
		mail.submitted = mail.ui.selected;
		refused(SIGN_TOO_LARGE, 0);
		return;
	}
	mail.submitted = mail.ui.selected;
	switch (sign_submit(sign(), size, &why, &line)) {
	case OK:
		mail.ui.waiting = true;
		text_add(&t, "submitted ");
		text_add(&t, d->name);
		log_text(&t);
		say(MOOD_BUSY, "The signer shows the message. Read and confirm it there.");
		break;
	case ERR_REFUSED:
		refused(why, line);
		break;
	case ERR_BUSY:
		say(MOOD_BAD, "The signer is busy with another message.");
		break;
	default:
		say(MOOD_BAD, "The signer does not answer.");
		break;
	}
}

static void
withdraw(void)
{
	sign_cancel(sign());
	mail.ui.waiting = false;
	say(MOOD_PLAIN, "Withdrawn.");
}

// The frame that tools/outbox reads.
static bool
write_out(const char *name, const void *bytes, size_t size)
{
	struct text head = { 0 };

	text_add(&head, "message ");
	text_add(&head, name);
	text_add(&head, " ");
	text_number(&head, size);
	text_add(&head, "\n");
	return uart_write(head.s, head.len) && uart_write(bytes, size) && uart_write("\n", 1);
}

static void
take_result(void)
{
	struct text log = { 0 }, status = { 0 };
	char name[DRAFT_OUT_NAME];
	uint64_t n;
	enum err e = sign_result(sign(), &n);

	if (!mail.ui.waiting || e == ERR_BUSY)
		return;
	mail.ui.waiting = false;
	if (e == ERR_REFUSED) {
		refused(n, 0);
		return;
	}
	if (e != OK || n > mail.sign->shared_size) {
		say(MOOD_BAD, "The signer does not answer.");
		return;
	}
	draft_out_name(&mail.drafts[mail.submitted], name);
	if (!write_out(name, (const void *)(uintptr_t)mail.sign->shared, n)) {
		say(MOOD_BAD, "Signed, but the serial port does not take the message.");
		return;
	}
	text_add(&log, "signed ");
	text_add(&log, mail.drafts[mail.submitted].name);
	text_add(&log, " ");
	text_number(&log, n);
	log_text(&log);
	text_add(&status, "Signed, saved as ");
	text_add(&status, name);
	ui_status(&mail.ui, MOOD_GOOD, &status);
}

static int32_t
clamp(int64_t n, int64_t min, int64_t max)
{
	return (int32_t)(n < min ? min : n > max ? max : n);
}

// Some of the title bar always stays within reach.
static void
place_window(int64_t x, int64_t y)
{
	mail.window.x = clamp(x, VISIBLE - UI_WIDTH, (int64_t)mail.screen.width - VISIBLE);
	mail.window.y = clamp(y, mail.screen.strip, (int64_t)mail.screen.height - VISIBLE / 2);
	gui_view(gui(), VIEW, mail.window, 0, 0);
}

static uint64_t
repaint(void)
{
	struct rect changed;

	if (mail.ui.dirty != 0) {
		ui_draw(&mail.ui, &mail.canvas, &changed);
		gui_refresh(gui(), changed);
	}
	return DEADLINE_NONE;
}

static void
handle_input(void)
{
	struct input_event ev;
	int32_t x = mail.window.x, y = mail.window.y;

	for (int i = 0; i < INPUT_SLOTS && input_get(&mail.input, &ev); i++) {
		if (mail.ui.grab != GRAB_WINDOW)
			mail.start_x = x, mail.start_y = y;
		switch (ui_event(&mail.ui, &ev)) {
		case UI_SIGN:
			submit();
			break;
		case UI_WITHDRAW:
			withdraw();
			break;
		case UI_MOVE:
			x = mail.start_x + mail.ui.move_x, y = mail.start_y + mail.ui.move_y;
			break;
		case UI_NOTHING:
			break;
		}
	}
	if (x != mail.window.x || y != mail.window.y)
		place_window(x, y);
}

static void
hear(uint64_t label, uint64_t bits)
{
	if (label == mail.gui->label && bits & GUI_SIGNAL_MODE) {
		gui_info(gui(), &mail.screen);
		place_window(mail.window.x, mail.window.y);
	}
	if (label == mail.gui->label && bits & INPUT_SIGNAL)
		handle_input();
	if (label == mail.sign->label && bits & SIGN_SIGNAL)
		take_result();
}

static void
open_window(void)
{
	uint64_t need = GUI_PIXELS + (uint64_t)UI_WIDTH * UI_HEIGHT * sizeof(uint32_t);

	if (mail.gui->shared_size < need || gui_info(gui(), &mail.screen) != OK ||
	    gui_buffer(gui(), UI_WIDTH, UI_HEIGHT) != OK)
		die("no room for a window: the scenario donates too little");
	mail.input = gui_input(mail.gui->shared);
	mail.canvas = (struct canvas){ gui_pixels(mail.gui->shared), UI_WIDTH, UI_HEIGHT,
		UI_WIDTH };
	mail.window = (struct rect){ 0, 0, UI_WIDTH, UI_HEIGHT };
	(void)repaint();
	place_window(WINDOW_X, WINDOW_Y);
	gui_title(gui(), VIEW, "Mail");
}

int
main(void)
{
	mail.gui = startup_use("gui");
	mail.sign = startup_use("sign");
	if (mail.gui == NULL || mail.sign == NULL)
		die("the scenario gives no gui or no sign session");
	uart_init();
	collect_drafts();
	ui_init(&mail.ui, mail.drafts, mail.count);
	open_window();
	log_line("ready");
	serve((struct handlers){ .signal = hear, .idle = repaint });
}
