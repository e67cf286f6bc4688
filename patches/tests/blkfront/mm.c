// SPDX-License-Identifier: GPL-2.0-only
#include "machine.h"

static u64 pages;

void *kzalloc(size_t size, gfp_t gfp)
{
	if (gfp & GFP_KERNEL)
		might_sleep();
	return calloc(1, size);
}

void *kmalloc(size_t size, gfp_t gfp)
{
	return kzalloc(size, gfp);
}

void *kcalloc(size_t n, size_t size, gfp_t gfp)
{
	return kzalloc(n * size, gfp);
}

void *kmalloc_array(size_t n, size_t size, gfp_t gfp)
{
	return kzalloc(n * size, gfp);
}

void kfree(const void *p)
{
	free((void *)p);
}

struct page *alloc_page(gfp_t gfp)
{
	struct page *page;
	void *p;

	if (posix_memalign(&p, PAGE_SIZE, PAGE_SIZE + sizeof(*page)))
		return NULL;
	page = virt_to_page(p);
	*page = (struct page){ 0 };
	if (gfp & __GFP_ZERO)
		memset(p, 0, PAGE_SIZE);
	count(&pages, 1);
	return page;
}

void __free_page(struct page *page)
{
	if (READ_ONCE(page->grants))
		check_fail("a page is freed that the backend was granted");
	count(&pages, -1);
	free(page_address(page));
}

void *alloc_pages_exact(size_t size, gfp_t gfp)
{
	void *p;

	(void)gfp;
	if (posix_memalign(&p, PAGE_SIZE, size))
		return NULL;
	memset(p, 0, size);
	count(&pages, 1);
	return p;
}

void free_pages_exact(void *p, size_t size)
{
	(void)size;
	count(&pages, -1);
	free(p);
}

void mm_finish(void)
{
	if (counted(&pages))
		check_fail("%llu pages were not freed", (unsigned long long)counted(&pages));
}
