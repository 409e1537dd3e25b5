/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * nothing COMMAND...: in the place of a preprocessor or compiler, write the words of the command to the file that
 * -o names.  What is left of a compile through ccache is what ccache itself costs.
 */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

int
main(int argc, char *argv[])
{
	int fd = 1;

	for (int i = 1; i + 1 < argc; i++) {
		if (strcmp(argv[i], "-o") == 0)
			fd = open(argv[i + 1], O_WRONLY | O_CREAT | O_TRUNC, 0666);
	}
	for (int i = 1; i < argc; i++) {
		if (write(fd, argv[i], strlen(argv[i])) == -1)
			return 1;
	}
	return 0;
}
