/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "zeroconf/avahi_publish.h"

#include <avahi-client/publish.h>
#include <avahi-common/alternative.h>
#include <avahi-common/error.h>
#include <avahi-common/malloc.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "base/util.h"
#include "zeroconf/avahi_link.h"

#define TICK_MS 60000
#define NAME_MAX_LEN 63

struct announcement {
	int port;
	char *name;
	char *subtype;		/* NULL: none */
	AvahiStringList *txt;
	AvahiEntryGroup *group;	/* of the client that is connected now; NULL: none */
	bool said;		/* the log has it that this machine is announced */
};

static void add(struct announcement *a);

/* Somebody else has it: "distcc@box" becomes "distcc@box #2". */
static void
rename_it(struct announcement *a)
{
	char *other = avahi_alternative_service_name(a->name);

	if (other == NULL)
		return;
	log_info("zeroconf: the name %s is taken, trying %s", a->name, other);
	free(a->name);
	a->name = xstrdup(other);
	avahi_free(other);
	a->said = false;
}

static void
group_changed(AvahiEntryGroup *group, AvahiEntryGroupState state, void *arg)
{
	struct announcement *a = arg;

	a->group = group;
	switch (state) {
	case AVAHI_ENTRY_GROUP_ESTABLISHED:
		if (!a->said)
			log_notice("zeroconf: announced as %s, port %d", a->name, a->port);
		a->said = true;
		break;
	case AVAHI_ENTRY_GROUP_COLLISION:
		avahi_entry_group_reset(group);
		rename_it(a);
		add(a);
		break;
	case AVAHI_ENTRY_GROUP_FAILURE:
		log_warnx("zeroconf: cannot announce this machine: %s",
			avahi_strerror(avahi_client_errno(avahi_entry_group_get_client(group))));
		break;
	case AVAHI_ENTRY_GROUP_UNCOMMITED:
	case AVAHI_ENTRY_GROUP_REGISTERING:
		break;
	}
}

static int
add_records(struct announcement *a)
{
	int err = avahi_entry_group_add_service_strlst(a->group, AVAHI_IF_UNSPEC, AVAHI_PROTO_UNSPEC, 0, a->name, TXT_TYPE, NULL, NULL,
		(uint16_t)a->port, a->txt);

	if (err == 0 && a->subtype != NULL)
		err = avahi_entry_group_add_service_subtype(a->group, AVAHI_IF_UNSPEC, AVAHI_PROTO_UNSPEC, 0, a->name, TXT_TYPE, NULL,
			a->subtype);
	return err != 0 ? err : avahi_entry_group_commit(a->group);
}

static void
add(struct announcement *a)
{
	int err;

	/* a name of this machine's own that is taken is known at once, others by group_changed */
	for (int i = 0; i < 100; i++) {
		err = add_records(a);
		if (err != AVAHI_ERR_COLLISION)
			break;
		avahi_entry_group_reset(a->group);
		rename_it(a);
	}
	if (err != 0)
		log_warnx("zeroconf: cannot announce this machine: %s", avahi_strerror(err));
}

static void
up(AvahiClient *client, void *arg)
{
	struct announcement *a = arg;

	if (a->group == NULL)
		a->group = avahi_entry_group_new(client, group_changed, a);
	if (a->group == NULL) {
		log_warnx("zeroconf: cannot announce this machine: %s", avahi_strerror(avahi_client_errno(client)));
		return;
	}
	avahi_entry_group_reset(a->group);
	add(a);
}

static void
down(const char *why, void *arg)
{
	struct announcement *a = arg;

	if (a->group != NULL)
		avahi_entry_group_free(a->group);
	a->group = NULL;
	a->said = false;
	log_warnx("zeroconf: this machine is not announced: %s; it will be when that has changed", why);
}

static int
tick(void *arg)
{
	(void)arg;
	return 1;
}

static char *
service_name(void)
{
	char host[256] = "";

	if (gethostname(host, sizeof(host) - 1) == -1 || host[0] == '\0')
		return xstrdup("distcc");
	host[strcspn(host, ".")] = '\0';
	return xasprintf("distcc@%.*s", NAME_MAX_LEN - (int)strlen("distcc@"), host);
}

void
avahi_publish_run(int port, long jobs, const struct txt_compiler *cc)
{
	struct announcement a = {.port = port, .name = service_name(), .subtype = txt_subtype(cc)};
	struct avahi_link_user user = {.up = up, .down = down, .tick = tick, .arg = &a, .tick_ms = TICK_MS};
	struct strv strings = STRV_INIT;

	txt_strings(&strings, sysconf(_SC_NPROCESSORS_ONLN), jobs, cc);
	for (size_t i = 0; i < strings.n; i++)
		a.txt = avahi_string_list_add(a.txt, strings.v[i]);
	strv_free(&strings);
	avahi_link_run(&user);
	log_errx("zeroconf: out of memory");
	avahi_string_list_free(a.txt);
	free(a.name);
	free(a.subtype);
}
