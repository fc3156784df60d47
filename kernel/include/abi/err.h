// SPDX-License-Identifier: MIT
// The one error enum: the kernel puts it into a tag's error field, servers
// into a reply's label.
#pragma once

enum err {
	OK,
	ERR_CAP,        // no capability of the needed type at this index
	ERR_RIGHT,      // the capability lacks the right for this
	ERR_OP,         // unknown operation, or flags that make no sense together
	ERR_ARG,        // an argument is malformed or out of range
	ERR_QUOTA,      // the paying factory has no memory left
	ERR_BUSY,       // in a state that forbids this (bound, running, in use)
	ERR_EXISTS,     // the destination is occupied
	ERR_TIMEOUT,    // nothing arrived in time
	ERR_GONE,       // the partner, or the object waited for, was destroyed
	ERR_NOREPLY,    // the server waits for the next call without having replied
	ERR_CANCELED,   // somebody with a capability to this thread ended the wait
	ERR_WINDOW,     // an item does not fit the receiver's window
	ERR_DEPTH,      // too many delegations in a row
	ERR_FULL,       // a table or ring of fixed size is full
	ERR_REFUSED,    // a server's policy says no
};
