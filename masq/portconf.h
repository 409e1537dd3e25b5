/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Portage's configuration in a system: which files there are, what they say, and how one is changed so that it can be undone. */
#ifndef MASQ_PORTCONF_H
#define MASQ_PORTCONF_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/strv.h"
#include "masq/makeconf.h"

struct portconf {
	const char *root;	/* as given; links below it are followed within */
	bool there;		/* there is an /etc/portage or an /etc/make.conf */
	struct strv files;	/* of make.conf, in the order they are read */
	char *target;		/* the file that a block is put into; it need not exist */
	struct makeconf conf;	/* what they say */
	char *error;		/* a file that cannot be read, and why; NULL: none */
};

/* root and eprefix as place_in takes them; root must stay until portconf_free, which is due in every case. */
void portconf_read(struct portconf *p, const char *root, const char *eprefix);
void portconf_free(struct portconf *p);

/* The directory that Portage sets DISTCC_DIR to, below root ("" for this system).  The caller frees. */
char *portconf_distcc_dir(const struct portconf *p, const char *root);

/*
 * The text of a file, to be changed: "" if it is missing.  False: *wrong says why not (the caller frees), such as that it is no
 * text.
 */
bool portconf_load(const char *path, struct buf *text, bool *missing, char **wrong);

/* Where the text as it was before the first change is kept: a name that Portage does not read.  The caller frees. */
char *portconf_backup_name(const char *path);

#endif
