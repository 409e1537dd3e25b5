/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "masq/command.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void
command_say(const char *fmt, ...)
{
	va_list ap;

	fflush(stdout);
	fputs("distcc-config: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputs("\n", stderr);
}

static void
free_hosts(struct command_host *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(v[i].label);
		free(v[i].host);
	}
	free(v);
}

void
command_hosts_free(struct command_hosts *h)
{
	free_hosts(h->v, h->n);
	free_hosts(h->ssh, h->nssh);
	free(h->text);
	*h = (struct command_hosts){0};
}
