// SPDX-License-Identifier: MIT
// Assets: boot modules, channels and ports that carry what a goal is about, and who may have
// them.
#pragma once

#include "tools/scenario/scenario.h"

// Reads the list "assets" of a scenario; names become components in scenario_check_assets,
// which also refuses a holder that is no owner.
bool scenario_read_assets(struct scenario *s, config_setting_t *root);
bool scenario_check_assets(struct scenario *s);
void scenario_close_assets(struct scenario *s);

// How component `c` holds the asset (a word for it, valid until the next call); NULL: it does
// not.  What its subsystems have is its own.
const char *asset_held(const struct scenario *s, const struct asset *a, unsigned c);

bool asset_owned(const struct asset *a, unsigned c);

// The first pattern of a component's boot modules that no asset covers; NULL: there is none.
const char *module_unowned(const struct scenario *s, const struct component *k);

// A reason why the goal rests on this asset: the goal names it, or a member (by part) owns it.
bool asset_of_goal(const struct scenario *s, const struct asset *a, const struct goal *g,
                   const bool *member);
