/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/build_part.h"

#include <unistd.h>

#include "base/log.h"
#include "client/handover.h"
#include "client/treesum.h"

/* The inputs of the job that has just ended; a replica job has made sure that they stayed the same. */
static bool
digest_inputs(const struct build *b, struct digest *out)
{
	struct replica again;
	bool known = true;

	if (b->was_replica) {
		treesum_files(&b->replica, out);
		return true;
	}
	replica_init(&again, b->conf, b->cc, b->args, b->argv);
	known = replica_describe(&again);
	if (known)
		treesum_files(&again, out);
	replica_free(&again);
	return known;
}

void
build_check_told(const struct build *b, int status)
{
	struct digest told, used;

	if (status != 0 || !handover_take_files(&told) || (digest_inputs(b, &used) && digest_cmp(&told, &used) == 0))
		return;
	log_info("%s: its inputs have changed since ccache looked at them; the object is not for its cache", b->subject);
	unlink(b->args->output);
}
