// SPDX-License-Identifier: MIT
// The browser knows places, the machine's mouse knows only how far it was moved.
// QEMU sends the differences of the places that it is told, so a pointer that
// once stood at a known place stays where the browser's is.  That place is the
// upper left corner: a move by the whole screen ends there from everywhere.
//
// QEMU's mouse passes on at most 127 pixels a packet and holds four packets; what
// does not fit comes with the next event, after a button that was to follow it.
// So a long way is walked in steps, and the next event waits for each.  And a
// button goes down or up only when the picture shows the pointer (lib/draw/pointer.h)
// where it is to be; if not, the corner is looked for again before it goes down.

const STEP = 250;               // pixels: two packets
const PAUSE = 12;               // ms: the machine takes a packet in much less
const PATIENCE = 80;            // pauses until the pointer is not there

const pause = () => new Promise((done) => setTimeout(done, PAUSE));
const toward = (from, to) => from + Math.max(-STEP, Math.min(STEP, to - from));

export class Pointer {
	// send(x, y, buttons) is a PointerEvent of RFB (RFC 6143, 7.5.5)
	constructor(send, canvas) {
		this.send = send;
		this.canvas = canvas;
		this.queue = [];
		this.working = false;
		this.x = this.y = this.buttons = 0;
		this.settle();
	}

	// Finds the corner again, unless something is being dragged.
	settle() {
		this.blind = false;
		if (this.buttons === 0 && this.queue.every((e) => e.buttons === 0))
			this.add(...this.corner());
	}

	corner() {
		const { width, height } = this.canvas;

		return [{ x: width, y: height, buttons: 0, fixed: true },
		        { x: 0, y: 0, buttons: 0, fixed: true }];
	}

	event(x, y, buttons) {
		const last = this.queue.at(-1);
		const before = this.queue.at(-2)?.buttons ?? this.buttons;

		// a move that has not been made yet is made to the newer place
		if (last && !last.fixed && last.buttons === buttons && before === buttons)
			Object.assign(last, { x, y });
		else
			this.add({ x, y, buttons });
	}

	add(...events) {
		this.queue.push(...events);
		if (!this.working)
			this.work();
	}

	async work() {
		this.working = true;
		while (this.queue.length > 0) {
			const next = this.queue[0];

			if (this.x !== next.x || this.y !== next.y) {
				this.x = toward(this.x, next.x);
				this.y = toward(this.y, next.y);
				this.send(this.x, this.y, this.buttons);
			} else if (this.buttons !== next.buttons && !await this.arrived(next) &&
			           this.buttons === 0) {
				this.queue.unshift(...this.corner());
			} else {
				if (this.buttons !== next.buttons)
					this.send(this.x, this.y, this.buttons = next.buttons);
				this.queue.shift();
			}
			await pause();
		}
		this.working = false;
	}

	// Whether the pointer is where this event shall happen.  A screen that shows
	// no pointer even after a second try has none that is known here.
	async arrived(event) {
		for (let n = 0; n < PATIENCE && !this.blind; n++) {
			if (this.is_drawn())
				return true;
			await pause();
		}
		if (event.again)
			this.blind = true;
		event.again = true;
		return this.blind;
	}

	// The left edge of the arrow: white, and black beside it.
	is_drawn() {
		const rows = Math.min(14, this.canvas.height - this.y);

		return this.is_line(0, 0, rows, 0xffffffff) && this.is_line(1, 1, rows - 1, 0xff000000);
	}

	// Whether some pixels below each other have this colour; those beyond the edge do.
	is_line(right, down, rows, colour) {
		const x = this.x + right, y = this.y + down;

		if (x >= this.canvas.width || rows < 1)
			return true;
		const pixels = this.canvas.getContext("2d").getImageData(x, y, 1, rows).data;
		return new Uint32Array(pixels.buffer).every((pixel) => pixel === colour);
	}
}
