/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * nothing COMMAND...: in the place of a preprocessor or compiler, write to the file that -o names: if the command preprocesses (-E) the
 * file BENCH_TEXT and the words of the command, else the file BENCH_OBJECT.  What is left of a compile through ccache is what ccache itself costs.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <unistd.h>

int
main(int argc, char *argv[])
{
	const char *text = getenv("BENCH_OBJECT");
	bool words = false;
	int fd = 1, in;

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "-o") == 0 && i + 1 < argc)
			fd = open(argv[i + 1], O_WRONLY | O_CREAT | O_TRUNC, 0666);
		else if (strcmp(argv[i], "-E") == 0) {
			text = getenv("BENCH_TEXT");
			words = true;
		}
	}
	if (text != NULL && ((in = open(text, O_RDONLY)) == -1 || sendfile(fd, in, NULL, 1 << 24) == -1))
		return 1;
	for (int i = 1; words && i < argc; i++) {
		if (write(fd, argv[i], strlen(argv[i])) == -1)
			return 1;
	}
	return 0;
}
