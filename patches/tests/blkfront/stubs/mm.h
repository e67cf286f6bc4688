/* SPDX-License-Identifier: GPL-2.0-only */
/* Each page is memory of malloc of its own, so that a sanitizer knows its life; its struct lies
 * behind it. */
#ifndef STUB_MM_H
#define STUB_MM_H

#include "base.h"

#define PAGE_SHIFT 12
#define PAGE_SIZE (1UL << PAGE_SHIFT)
#define PAGE_MASK (~(PAGE_SIZE - 1))
#define offset_in_page(p) ((unsigned long)(p) & ~PAGE_MASK)
#define GFP_KERNEL 1u
#define GFP_NOIO 2u
#define GFP_ATOMIC 4u
#define __GFP_ZERO 8u
#define NUMA_NO_NODE (-1)

struct page {
	struct list_head lru;
	unsigned long private;
	u32 grants;
};

void *kzalloc(size_t size, gfp_t gfp);
void *kmalloc(size_t size, gfp_t gfp);
void *kcalloc(size_t n, size_t size, gfp_t gfp);
void *kmalloc_array(size_t n, size_t size, gfp_t gfp);
#define kvcalloc kcalloc
#define kvzalloc kzalloc
#define kvmalloc_array kmalloc_array
void kfree(const void *p);
#define kvfree kfree

struct page *alloc_page(gfp_t gfp);
void __free_page(struct page *page);
void *alloc_pages_exact(size_t size, gfp_t gfp);
void free_pages_exact(void *p, size_t size);

static inline void *page_address(const struct page *page)
{
	return (char *)page - PAGE_SIZE;
}

static inline struct page *virt_to_page(const void *p)
{
	return (struct page *)(((unsigned long)p & PAGE_MASK) + PAGE_SIZE);
}

#define kmap_atomic(page) page_address(page)
#define kunmap_atomic(p) ((void)(p))
#define kmap_local_page(page) page_address(page)
/* Pages of one piece of memory lie one behind the other nowhere here: a piece lies within a page.
 */
static inline struct page *nth_page(struct page *page, unsigned long n)
{
	return n == 0 ? page : NULL;
}
static inline void memcpy_page(struct page *to, size_t to_offset, const struct page *from,
			       size_t from_offset, size_t len)
{
	memcpy((char *)page_address(to) + to_offset, (char *)page_address(from) + from_offset, len);
}
#define kunmap_local(p) ((void)(p))
#define memalloc_noio_save() 0u
#define memalloc_noio_restore(flags) ((void)(flags))

#endif
