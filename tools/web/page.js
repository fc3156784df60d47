// SPDX-License-Identifier: MIT
// Shows the machine's screen with noVNC, and the two attention keys as buttons.

import RFB from "./core/rfb.js";
import { Pointer } from "./pointer.js";

const RETRY = 700;              // ms between two attempts to reach the machine
const XK_F11 = 0xffc8, XK_F12 = 0xffc9;

const $ = (id) => document.getElementById(id);
const texts = {
	connecting: ["connecting", "Waiting for the machine", "It will show itself soon."],
	live: ["live", "", ""],
	lost: ["connection lost", "The connection was lost",
	       "If the terminal says that the machine still runs, reload this page."],
	ended: ["ended", "The machine has ended",
	        "Start it again with “make run”: it prints a new address."],
};
let rfb = null, pointer = null, was_live = false;

function show(state) {
	const [status, what, advice] = texts[state];

	document.body.dataset.state = state;
	$("status").textContent = status;
	$("what").textContent = what;
	$("advice").textContent = advice;
	$("notice").hidden = state === "live";
	$("xray").disabled = $("kill").disabled = state !== "live";
}

// The picture is never larger than it is, and smaller only where it must be.
function fit(canvas) {
	$("frame").style.maxWidth = `${canvas.width}px`;
	$("frame").style.maxHeight = `${canvas.height}px`;
	pointer?.settle();
}

// The last picture stays, dimmed: noVNC takes its own away.
function keep(canvas) {
	const still = document.createElement("canvas");

	if (canvas.width === 0)                 // nothing came
		return;
	$("still")?.remove();
	still.id = "still";
	still.width = canvas.width;
	still.height = canvas.height;
	still.getContext("2d").drawImage(canvas, 0, 0);
	$("screen").append(still);
}

async function server_answers() {
	try {
		return (await fetch("page.css", { method: "HEAD", cache: "no-store" })).ok;
	} catch {
		return false;
	}
}

// No second try by itself once the screen was seen: after the machine's end the
// port may be anybody's, who could show a screen of his own here.
function lost(canvas) {
	keep(canvas);
	rfb = pointer = null;
	show(was_live ? "lost" : "connecting");
	setTimeout(watch, RETRY);
}

// The server ends with the machine, but a moment later.
async function watch() {
	if (!await server_answers())
		show("ended");
	else if (was_live)
		setTimeout(watch, RETRY);
	else
		connect();
}

function connect() {
	const address = new URL("screen", location.href);
	address.protocol = "ws:";
	rfb = new RFB($("screen"), address.href, { shared: true });
	rfb.scaleViewport = true;
	rfb.background = "transparent";
	const canvas = $("screen").querySelector("canvas:not(#still)");

	new MutationObserver(() => fit(canvas)).observe(canvas,
		{ attributeFilter: ["width", "height"] });
	canvas.addEventListener("mouseenter", () => pointer?.settle());
	rfb.addEventListener("desktopname", (e) => {
		$("scenario").textContent = e.detail.name.replace(/^QEMU \((.*)\)$/, "$1");
		document.title = `${$("scenario").textContent} · Vitrine`;
	});
	rfb.addEventListener("connect", () => {
		const mine = rfb;

		pointer = new Pointer((x, y, buttons) => {
			if (mine === rfb)
				plain_event(mine._sock, x, y, buttons);
		}, canvas);
		was_live = true;
		$("still")?.remove();
		show("live");
		rfb.focus();
	});
	rfb.addEventListener("disconnect", () => lost(canvas));
}

// All that noVNC has to say about the mouse goes through the pointer's queue.
const plain_event = RFB.messages.pointerEvent;
RFB.messages.pointerEvent = RFB.messages.extendedPointerEvent =
	(_, x, y, buttons) => pointer?.event(x, y, buttons);

// A button is its key: down and up with the mouse, so that it can be held while
// another key is typed; the keyboard stays with the machine.
function attention_key(button, keysym, code) {
	const key = (down) => {
		button.classList.toggle("down", down);
		rfb?.sendKey(keysym, code, down);
	};

	button.addEventListener("mousedown", (e) => e.preventDefault());
	button.addEventListener("pointerdown", (e) => {
		button.setPointerCapture(e.pointerId);
		rfb?.focus();
		key(true);
	});
	button.addEventListener("lostpointercapture", () => key(false));
	button.addEventListener("click", (e) => {
		if (e.detail === 0) {           // by Enter or Space
			key(true);
			key(false);
		}
	});
}

attention_key($("xray"), XK_F12, "F12");
attention_key($("kill"), XK_F11, "F11");
connect();
