/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files a command may have written, copied into a directory, back again, and compared. */
#ifndef CLIENT_VERIFY_FILES_H
#define CLIENT_VERIFY_FILES_H

#include <stdbool.h>

#include "base/strv.h"
#include "compiler/outputs.h"

/* Copy those that exist now into dir, under their names with '%' for '/'.  False with errno. */
bool verify_files_keep(const struct outputs *o, const char *dir);

/* Make them again as they were when dir was filled: those that did not exist go.  False with errno. */
bool verify_files_restore(const struct outputs *o, const char *dir);

/* One line for each file that is in one of the directories alone, or differs, appended to out. */
void verify_files_compare(const char *a, const char *b, struct strv *out);

#endif
