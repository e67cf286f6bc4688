// SPDX-License-Identifier: GPL-2.0-only
/*
 * The grant table. The word of an entry says whether it is reserved, granted, and how often the
 * backend uses it, so that ending an access and using it exclude each other as in Xen. Its list is
 * locked without the sanitizer's knowledge: nobody may rely on that order.
 */
#include "machine.h"

#define RESERVED (1u << 30)
#define GRANTED (1u << 31)
/* Of the ring itself: its pages have no struct behind them. */
#define RING (1u << 29)
#define END 0xffffffu

static struct {
	struct unseen_lock lock;
	struct entry {
		u32 word, next;
		unsigned long gfn;
	} * entries;
	u32 nr, free, nr_free;
	struct gnttab_free_callback *callbacks;
} table;

static struct entry *entry_of(grant_ref_t ref)
{
	if (ref < GRANTS_RESERVED || ref >= table.nr) {
		check_fail("no such grant: %u", ref);
		_Exit(1);
	}
	return &table.entries[ref];
}

static u32 *page_grants(unsigned long gfn)
{
	return &virt_to_page((void *)(gfn << XEN_PAGE_SHIFT))->grants;
}

void grants_init(unsigned int nr)
{
	table.nr = nr + GRANTS_RESERVED;
	table.entries = calloc(table.nr, sizeof(*table.entries));
	table.free = END;
	table.callbacks = NULL;
	for (u32 ref = table.nr - 1; ref >= GRANTS_RESERVED; ref--) {
		table.entries[ref].next = table.free;
		table.free = ref;
	}
	table.nr_free = nr;
}

void grants_finish(void)
{
	if (table.nr_free != table.nr - GRANTS_RESERVED)
		check_fail("%u grants were not given back",
			   table.nr - GRANTS_RESERVED - table.nr_free);
	if (table.callbacks)
		check_fail("a callback for free grants is left");
	free(table.entries);
}

u32 grants_held(void)
{
	return table.nr - GRANTS_RESERVED - READ_ONCE(table.nr_free);
}

/* Of 512 entries each */
unsigned int gnttab_max_grant_frames(void)
{
	return DIV_ROUND_UP(machine.cfg.grants, 512);
}

static void run_callbacks(void)
{
	struct gnttab_free_callback *callback = table.callbacks, *next;

	table.callbacks = NULL;
	for (; callback; callback = next) {
		next = callback->next;
		if (table.nr_free >= callback->count) {
			callback->next = NULL;
			callback->fn(callback->arg);
		} else {
			callback->next = table.callbacks;
			table.callbacks = callback;
		}
	}
}

static void put_free(grant_ref_t ref)
{
	struct entry *entry = entry_of(ref);

	unseen_lock(&table.lock);
	__atomic_store_n(&entry->word, 0, __ATOMIC_RELAXED);
	entry->next = table.free;
	table.free = ref;
	table.nr_free++;
	run_callbacks();
	unseen_unlock(&table.lock);
}

int gnttab_alloc_grant_references(u16 nr, grant_ref_t *head)
{
	grant_ref_t ref;

	if (!nr)
		check_fail("no grants are asked for");
	count(&machine.stats.grant_allocs, 1);
	unseen_lock(&table.lock);
	if (table.nr_free < nr) {
		unseen_unlock(&table.lock);
		count(&machine.stats.grants_exhausted, 1);
		return -ENOSPC;
	}
	*head = END;
	while (nr--) {
		ref = table.free;
		table.free = table.entries[ref].next;
		table.entries[ref].next = *head;
		table.entries[ref].word = RESERVED;
		table.nr_free--;
		*head = ref;
	}
	unseen_unlock(&table.lock);
	return 0;
}

int gnttab_claim_grant_reference(grant_ref_t *head)
{
	grant_ref_t ref = *head;

	if (ref == END)
		return -ENOSPC;
	*head = entry_of(ref)->next;
	return (int)ref;
}

void gnttab_release_grant_reference(grant_ref_t *head, grant_ref_t ref)
{
	entry_of(ref)->next = *head;
	*head = ref;
}

void gnttab_free_grant_reference(grant_ref_t ref)
{
	if (__atomic_load_n(&entry_of(ref)->word, __ATOMIC_RELAXED) != RESERVED)
		check_fail("grant %u is freed twice, or while it is in use", ref);
	put_free(ref);
}

void gnttab_free_grant_references(grant_ref_t head)
{
	while (head != END) {
		grant_ref_t next = entry_of(head)->next;

		gnttab_free_grant_reference(head);
		head = next;
	}
}

void gnttab_grant_foreign_access_ref(grant_ref_t ref, domid_t domid, unsigned long gfn, int ro)
{
	struct entry *entry = entry_of(ref);

	(void)domid;
	if (__atomic_load_n(&entry->word, __ATOMIC_RELAXED) != RESERVED)
		check_fail("grant %u is granted twice, or was not reserved", ref);
	entry->gfn = gfn;
	if (!(ro & GRANT_OF_RING))
		__atomic_fetch_add(page_grants(gfn), 1, __ATOMIC_RELAXED);
	__atomic_store_n(&entry->word, RESERVED | GRANTED | (ro & GRANT_OF_RING ? RING : 0),
			 __ATOMIC_RELEASE);
}

static int end_access(grant_ref_t ref)
{
	struct entry *entry = entry_of(ref);
	u32 word = RESERVED | GRANTED | (__atomic_load_n(&entry->word, __ATOMIC_RELAXED) & RING);

	if (__atomic_compare_exchange_n(&entry->word, &word, RESERVED, false, __ATOMIC_ACQ_REL,
					__ATOMIC_RELAXED)) {
		if (!(word & RING))
			__atomic_fetch_sub(page_grants(entry->gfn), 1, __ATOMIC_RELAXED);
		return 1;
	}
	/* As in the kernel, ending what has ended does no harm while it is nobody else's. */
	if (word == RESERVED)
		return 1;
	if (!(word & GRANTED))
		check_fail("access by grant %u is ended, but it was not granted", ref);
	else if (!machine.cfg.persistent && !machine.cfg.hostile &&
		 !READ_ONCE(machine.nobody_answers))
		check_fail("access by grant %u is ended while the backend uses it", ref);
	return 0;
}

int gnttab_end_foreign_access_ref(grant_ref_t ref)
{
	if (end_access(ref))
		return 1;
	pr_warn("g.e. %#x still in use!\n", ref);
	return 0;
}

int gnttab_try_end_foreign_access(grant_ref_t ref)
{
	if (!end_access(ref))
		return 0;
	put_free(ref);
	return 1;
}

void gnttab_end_foreign_access(grant_ref_t ref, struct page *page)
{
	if (!gnttab_try_end_foreign_access(ref))
		check_fail("the backend keeps grant %u for good", ref);
	else if (page)
		__free_page(page);
}

void gnttab_request_free_callback(struct gnttab_free_callback *callback, void (*fn)(void *arg),
				  void *arg, u16 nr)
{
	struct gnttab_free_callback *other;

	unseen_lock(&table.lock);
	for (other = table.callbacks; other && other != callback; other = other->next)
		;
	if (!other) {
		*callback = (struct gnttab_free_callback){ table.callbacks, fn, arg, nr };
		table.callbacks = callback;
		run_callbacks();
	}
	unseen_unlock(&table.lock);
}

void gnttab_cancel_free_callback(struct gnttab_free_callback *callback)
{
	unseen_lock(&table.lock);
	for (struct gnttab_free_callback **p = &table.callbacks; *p; p = &(*p)->next) {
		if (*p == callback) {
			*p = callback->next;
			break;
		}
	}
	unseen_unlock(&table.lock);
}

void gnttab_foreach_grant_in_range(struct page *page, unsigned int offset, unsigned int len,
				   xen_grant_fn_t fn, void *data)
{
	/* A page of the machine is a page of Xen. */
	if (len)
		fn(xen_page_to_gfn(page), offset, min_t(unsigned int, PAGE_SIZE - offset, len),
		   data);
}

/*
 * The page, or NULL when the backend was not granted any; of a hostile one that is to be
 * expected.
 */
void *grant_pin(grant_ref_t ref)
{
	struct entry *entry;
	u32 word;

	if (ref < GRANTS_RESERVED || ref >= table.nr)
		return NULL;
	entry = &table.entries[ref];
	word = __atomic_load_n(&entry->word, __ATOMIC_RELAXED);
	do {
		if (!(word & GRANTED))
			return NULL;
	} while (!__atomic_compare_exchange_n(&entry->word, &word, word + 1, false,
					      __ATOMIC_ACQUIRE, __ATOMIC_RELAXED));
	return (void *)(entry->gfn << XEN_PAGE_SHIFT);
}

void grant_unpin(grant_ref_t ref)
{
	__atomic_fetch_sub(&entry_of(ref)->word, 1, __ATOMIC_RELEASE);
}
