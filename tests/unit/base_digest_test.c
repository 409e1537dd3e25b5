/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/util.h"
#include "check.h"

/* Made with b2sum -l 256. */
static const struct { const char *text, *hex; } known[] = {
	{"", "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8"},
	{"abc", "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319"},
};

static void
test_known(void)
{
	char hex[DIGEST_HEX_LEN + 1];
	struct digest d, back;

	for (size_t i = 0; i < countof(known); i++) {
		digest_mem(&d, known[i].text, strlen(known[i].text));
		digest_hex(&d, hex);
		CHECK_STR(known[i].hex, hex);
		CHECK(digest_from_hex(&back, hex) && digest_cmp(&d, &back) == 0);
	}
}

static void
test_bad_hex(void)
{
	char text[DIGEST_HEX_LEN + 2];
	struct digest d;

	memset(text, 'a', sizeof(text));
	text[DIGEST_HEX_LEN + 1] = '\0';
	CHECK(!digest_from_hex(&d, text));	/* too long */
	text[DIGEST_HEX_LEN] = '\0';
	CHECK(digest_from_hex(&d, text));
	text[5] = 'A';
	CHECK(!digest_from_hex(&d, text));
	text[5] = '\0';
	CHECK(!digest_from_hex(&d, text));	/* too short */
	CHECK(!digest_from_hex(&d, ""));
}

static void
test_pieces_and_file(void)
{
	static char big[200001];
	struct digest whole, pieces, file;
	struct digest_state s;
	uint64_t size = 0;
	int fd = memfd_create("x", MFD_CLOEXEC);

	for (size_t i = 0; i < sizeof(big); i++)
		big[i] = (char)(i * 7);
	digest_mem(&whole, big, sizeof(big));
	digest_begin(&s);
	digest_add(&s, big, 1);
	digest_add(&s, big + 1, 70000);
	digest_add(&s, big + 70001, sizeof(big) - 70001);
	digest_end(&s, &pieces);
	CHECK(digest_cmp(&whole, &pieces) == 0);
	CHECK_INT(sizeof(big), write(fd, big, sizeof(big)));
	CHECK_INT(0, digest_fd(&file, fd, &size));
	CHECK_INT(sizeof(big), size);
	CHECK(digest_cmp(&whole, &file) == 0);
	CHECK_INT(sizeof(big), lseek(fd, 0, SEEK_CUR));
	close(fd);
	CHECK_INT(-1, digest_fd(&file, fd, &size));
	CHECK_INT(EBADF, errno);
}

int
main(void)
{
	test_known();
	test_bad_hex();
	test_pieces_and_file();
	return check_done();
}
