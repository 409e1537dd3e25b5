/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Inside client/inputs: what stat said of the files of a tree. */
#ifndef CLIENT_INPUTS_SIGN_H
#define CLIENT_INPUTS_SIGN_H

#include "client/inputs.h"
#include "client/places.h"

struct inputs_sign {
	size_t n, cap;
	struct {
		char *path;
		struct sign sign;
	} v[];
};

/* path is copied. */
void inputs_sign_add(struct inputs *in, const char *path, const struct sign *s);

#endif
