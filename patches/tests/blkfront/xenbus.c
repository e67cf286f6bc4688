// SPDX-License-Identifier: GPL-2.0-only
/* The xenstore is a list of names with numbers. */
#include "machine.h"

#define MAX_NODES 256
static struct node {
	char path[96], value[32];
} nodes[MAX_NODES];
static unsigned int nr_nodes;
static bool refuses;
static pthread_mutex_t store_lock = PTHREAD_MUTEX_INITIALIZER;

static struct node *find_locked(const char *dir, const char *node, bool create)
{
	char path[sizeof(nodes[0].path)];

	snprintf(path, sizeof(path), "%s/%s", dir, node);
	for (unsigned int i = 0; i < nr_nodes; i++)
		if (!strcmp(nodes[i].path, path))
			return &nodes[i];
	if (!create || nr_nodes == MAX_NODES)
		return NULL;
	memcpy(nodes[nr_nodes].path, path, sizeof(path));
	return &nodes[nr_nodes++];
}

/* For those that have the store to themselves: while a device is removed only its state is asked
 * for. */
static struct node *find(const char *dir, const char *node, bool create)
{
	struct node *n;

	pthread_mutex_lock(&store_lock);
	n = find_locked(dir, node, create);
	pthread_mutex_unlock(&store_lock);
	return n;
}

void store_clear(void)
{
	nr_nodes = 0;
}

void store_write(const char *dir, const char *node, unsigned int value)
{
	struct node *n;

	pthread_mutex_lock(&store_lock);
	n = find_locked(dir, node, true);
	snprintf(n->value, sizeof(n->value), "%u", value);
	pthread_mutex_unlock(&store_lock);
}

void store_remove(const char *dir, const char *node)
{
	struct node *n;

	pthread_mutex_lock(&store_lock);
	n = find_locked(dir, node, false);
	if (n)
		n->path[0] = '\0';
	pthread_mutex_unlock(&store_lock);
}

bool store_read(const char *dir, const char *node, unsigned int *value)
{
	const struct node *n = find(dir, node, false);

	return n && sscanf(n->value, "%u", value) == 1;
}

void store_refuse(bool refuse)
{
	refuses = refuse;
}

int xenbus_printf(struct xenbus_transaction t, const char *dir, const char *node, const char *fmt,
		  ...)
{
	struct node *n = find(dir, node, true);
	va_list args;

	(void)t;
	if (!n)
		return -ENOSPC;
	va_start(args, fmt);
	vsnprintf(n->value, sizeof(n->value), fmt, args);
	va_end(args);
	return 0;
}

int xenbus_scanf(struct xenbus_transaction t, const char *dir, const char *node, const char *fmt,
		 ...)
{
	const struct node *n;
	va_list args;
	int ret = -ENOENT;

	(void)t;
	va_start(args, fmt);
	pthread_mutex_lock(&store_lock);
	n = find_locked(dir, node, false);
	if (n)
		ret = vsscanf(n->value, fmt, args);
	pthread_mutex_unlock(&store_lock);
	va_end(args);
	return ret ?: -ERANGE;
}

int xenbus_gather(struct xenbus_transaction t, const char *dir, ...)
{
	const char *name;
	va_list args;
	int ret = 0;

	(void)t;
	va_start(args, dir);
	while (!ret && (name = va_arg(args, const char *))) {
		const struct node *n = find(dir, name, false);
		const char *fmt = va_arg(args, const char *);

		if (!n || sscanf(n->value, fmt, va_arg(args, void *)) != 1)
			ret = -ENOENT;
	}
	va_end(args);
	return ret;
}

unsigned int xenbus_read_unsigned(const char *dir, const char *node, unsigned int fallback)
{
	unsigned int value;

	return store_read(dir, node, &value) ? value : fallback;
}

void *xenbus_read(struct xenbus_transaction t, const char *dir, const char *node, unsigned int *len)
{
	(void)t;
	(void)dir;
	(void)node;
	(void)len;
	return ERR_PTR(-ENOENT);
}

int xenbus_transaction_start(struct xenbus_transaction *t)
{
	t->id = 1;
	return refuses ? -EIO : 0;
}

int xenbus_transaction_end(struct xenbus_transaction t, int abort)
{
	(void)t;
	(void)abort;
	return 0;
}

int xenbus_register_frontend(struct xenbus_driver *drv)
{
	machine.driver = drv;
	return 0;
}

void xenbus_unregister_driver(struct xenbus_driver *drv)
{
	(void)drv;
	machine.driver = NULL;
}

int xenbus_switch_state(struct xenbus_device *dev, enum xenbus_state state)
{
	dev->state = state;
	return 0;
}

int xenbus_frontend_closed(struct xenbus_device *dev)
{
	return xenbus_switch_state(dev, XenbusStateClosed);
}

void xenbus_dev_fatal(struct xenbus_device *dev, int err, const char *fmt, ...)
{
	va_list args;

	(void)dev;
	fprintf(stderr, "xenbus: %d: ", err);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputc('\n', stderr);
}

int xenbus_setup_ring(struct xenbus_device *dev, gfp_t gfp, void **vaddr, unsigned int nr_pages,
		      grant_ref_t *grefs)
{
	char *addr = alloc_pages_exact(nr_pages * XEN_PAGE_SIZE, gfp | __GFP_ZERO);
	grant_ref_t head;

	if (!addr)
		return -ENOMEM;
	if (gnttab_alloc_grant_references((u16)nr_pages, &head)) {
		free_pages_exact(addr, nr_pages * XEN_PAGE_SIZE);
		return -ENOSPC;
	}
	for (unsigned int i = 0; i < nr_pages; i++) {
		grefs[i] = (grant_ref_t)gnttab_claim_grant_reference(&head);
		gnttab_grant_foreign_access_ref(
			grefs[i], (domid_t)dev->otherend_id,
			(unsigned long)(addr + i * XEN_PAGE_SIZE) >> XEN_PAGE_SHIFT, GRANT_OF_RING);
	}
	/* What a hostile backend makes read and write the same entry is its own matter. */
	if (machine.cfg.hostile)
		seen_benign(addr, nr_pages * XEN_PAGE_SIZE, "ring of a hostile backend");
	*vaddr = addr;
	return 0;
}

void xenbus_teardown_ring(void **vaddr, unsigned int nr_pages, grant_ref_t *grefs)
{
	for (unsigned int i = 0; *vaddr && i < nr_pages; i++) {
		gnttab_end_foreign_access(grefs[i], NULL);
		grefs[i] = INVALID_GRANT_REF;
	}
	if (*vaddr)
		free_pages_exact(*vaddr, nr_pages * XEN_PAGE_SIZE);
	*vaddr = NULL;
}
