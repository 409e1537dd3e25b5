/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/blame.h"

#include <string.h>
#include <sys/wait.h>

#include "base/util.h"

/* Words of gcc, clang, the assembler and the C library. */
static const char *const suspicious[] = {
	"No such file or directory", "file not found", "not found in", "cannot find", "can't find", "cannot open", "can't open", "cannot execute",
	"Permission denied", "Operation not permitted", "Function not implemented", "Read-only file system", "Input/output error",
	"No space left on device", "File too large", "Disk quota exceeded", "Too many open files", "Too many levels of symbolic links", "Not a directory", "Is a directory",
	"Cannot allocate memory", "out of memory", "virtual memory exhausted", "memory exhausted", "Resource temporarily unavailable", "bad_alloc",
	"internal compiler error", "PLEASE submit a bug report", "signal terminated", "Segmentation fault", "Killed", "Bus error", "Illegal instruction",
	"iconv", "shared librar", "shared object", "unable to execute", "unable to open", "error opening", "fork", "vfork", "spawn", "Bad system call",
	"posix_spawn", "installation problem", "error trying to exec", "precompiled header", "/proc/", "/dev/",
};

bool
blame_place(int status, const char *messages, size_t n, char **line)
{
	const char *end = messages + n, *found, *begin;

	*line = NULL;
	/* 1 is what compilers say of an error in the source, 4 an internal error of gcc's */
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 1 || n == 0)
		return true;
	for (size_t i = 0; i < countof(suspicious); i++) {
		found = memmem(messages, n, suspicious[i], strlen(suspicious[i]));
		if (found == NULL)
			continue;
		for (begin = found; begin > messages && begin[-1] != '\n'; begin--)
			;
		for (; found < end && *found != '\n'; found++)
			;
		*line = xstrndup(begin, (size_t)(found - begin));
		return true;
	}
	return false;
}

bool
blame_removes_output(bool asm_out, bool pipe, const char *messages, size_t n)
{
	static const char assembler[] = "Assembler messages:";

	return asm_out || pipe || memmem(messages, n, assembler, sizeof(assembler) - 1) != NULL;
}
