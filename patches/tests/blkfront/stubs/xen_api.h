/* SPDX-License-Identifier: GPL-2.0-only */
/* What a frontend sees of Xen: grants, event channels, xenbus. */
#ifndef STUB_XEN_API_H
#define STUB_XEN_API_H

#include "blk.h"

typedef unsigned long xen_pfn_t;
typedef u16 domid_t;
#define DEFINE_GUEST_HANDLE_STRUCT(name) struct module
#define GUEST_HANDLE(name) name *
#include <xen/interface/grant_table.h>
#include <xen/interface/io/xenbus.h>

#define XEN_PAGE_SHIFT 12
#define XEN_PAGE_SIZE (1UL << XEN_PAGE_SHIFT)
#define XEN_PAGE_MASK (~(XEN_PAGE_SIZE - 1))
#define XEN_PFN_PER_PAGE (PAGE_SIZE / XEN_PAGE_SIZE)
#define XEN_PFN_UP(x) (((x) + XEN_PAGE_SIZE - 1) >> XEN_PAGE_SHIFT)
#define xen_offset_in_page(p) ((unsigned long)(p) & ~XEN_PAGE_MASK)
#define xen_page_to_gfn(page) ((unsigned long)page_address(page) >> XEN_PAGE_SHIFT)

#define xen_domain() true
#define xen_hvm_domain() false
#define xen_has_pv_disk_devices() true
#define xen_has_pv_and_legacy_disk_devices() false
#define num_online_cpus() ((int)MAX_HCTX)

/* --- grants */

#define INVALID_GRANT_REF ((grant_ref_t)-1)
struct gnttab_free_callback {
	struct gnttab_free_callback *next;
	void (*fn)(void *arg);
	void *arg;
	u16 count;
};
typedef void (*xen_grant_fn_t)(unsigned long gfn, unsigned int offset, unsigned int len,
			       void *data);
unsigned int gnttab_max_grant_frames(void);
int gnttab_alloc_grant_references(u16 count, grant_ref_t *head);
void gnttab_free_grant_references(grant_ref_t head);
void gnttab_free_grant_reference(grant_ref_t ref);
int gnttab_claim_grant_reference(grant_ref_t *head);
void gnttab_release_grant_reference(grant_ref_t *head, grant_ref_t ref);
void gnttab_grant_foreign_access_ref(grant_ref_t ref, domid_t domid, unsigned long gfn, int ro);
int gnttab_try_end_foreign_access(grant_ref_t ref);
int gnttab_end_foreign_access_ref(grant_ref_t ref);
void gnttab_end_foreign_access(grant_ref_t ref, struct page *page);
void gnttab_request_free_callback(struct gnttab_free_callback *callback, void (*fn)(void *arg),
				  void *arg, u16 count);
void gnttab_cancel_free_callback(struct gnttab_free_callback *callback);
void gnttab_foreach_grant_in_range(struct page *page, unsigned int offset, unsigned int len,
				   xen_grant_fn_t fn, void *data);
#define gnttab_count_grant(start, len) ((unsigned int)XEN_PFN_UP(xen_offset_in_page(start) + (len)))
#define gnttab_page_grant_foreign_access_ref_one(ref, domid, page, ro) \
	gnttab_grant_foreign_access_ref(ref, domid, xen_page_to_gfn(page), ro)

/* --- event channels */

typedef u32 evtchn_port_t;
typedef enum { IRQ_NONE, IRQ_HANDLED } irqreturn_t;
typedef irqreturn_t (*irq_handler_t)(int irq, void *dev_id);
#define XEN_EOI_FLAG_SPURIOUS 1
int bind_evtchn_to_irqhandler_lateeoi(evtchn_port_t evtchn, irq_handler_t handler,
				      unsigned long flags, const char *name, void *dev_id);
void unbind_from_irqhandler(unsigned int irq, void *dev_id);
void xen_irq_lateeoi(unsigned int irq, unsigned int eoi_flags);
void notify_remote_via_irq(int irq);
void notify_remote_via_evtchn(evtchn_port_t port);
int irq_set_affinity(unsigned int irq, const struct cpumask *mask);
void synchronize_irq(unsigned int irq);
void disable_irq(unsigned int irq);
void disable_irq_nosync(unsigned int irq);
void enable_irq(unsigned int irq);

/* --- xenbus */

#define XENBUS_MAX_RING_GRANT_ORDER 4
#define XENBUS_MAX_RING_GRANTS (1U << XENBUS_MAX_RING_GRANT_ORDER)
#define XENBUS_EXIST_ERR(err) ((err) == -ENOENT || (err) == -ERANGE)
struct xenbus_device {
	const char *devicetype;
	const char *nodename;
	const char *otherend;
	int otherend_id;
	struct device dev;
	enum xenbus_state state;
};
struct xenbus_device_id {
	char devicetype[32];
};
struct xenbus_driver {
	const char *name;
	const struct xenbus_device_id *ids;
	int (*probe)(struct xenbus_device *dev, const struct xenbus_device_id *id);
	void (*otherend_changed)(struct xenbus_device *dev, enum xenbus_state backend_state);
	void (*remove)(struct xenbus_device *dev);
	int (*suspend)(struct xenbus_device *dev);
	int (*resume)(struct xenbus_device *dev);
	int (*is_ready)(struct xenbus_device *dev);
};
struct xenbus_transaction {
	u32 id;
};
#define XBT_NIL ((struct xenbus_transaction){ 0 })
int xenbus_register_frontend(struct xenbus_driver *drv);
void xenbus_unregister_driver(struct xenbus_driver *drv);
void *xenbus_read(struct xenbus_transaction t, const char *dir, const char *node,
		  unsigned int *len);
__scanf(4, 5) int xenbus_scanf(struct xenbus_transaction t, const char *dir, const char *node,
			       const char *fmt, ...);
__printf(4, 5) int xenbus_printf(struct xenbus_transaction t, const char *dir, const char *node,
				 const char *fmt, ...);
int xenbus_gather(struct xenbus_transaction t, const char *dir, ...);
unsigned int xenbus_read_unsigned(const char *dir, const char *node, unsigned int fallback);
int xenbus_transaction_start(struct xenbus_transaction *t);
int xenbus_transaction_end(struct xenbus_transaction t, int abort);
int xenbus_switch_state(struct xenbus_device *dev, enum xenbus_state state);
int xenbus_frontend_closed(struct xenbus_device *dev);
__printf(3, 4) void xenbus_dev_fatal(struct xenbus_device *dev, int err, const char *fmt, ...);
int xenbus_setup_ring(struct xenbus_device *dev, gfp_t gfp, void **vaddr, unsigned int nr_pages,
		      grant_ref_t *grefs);
void xenbus_teardown_ring(void **vaddr, unsigned int nr_pages, grant_ref_t *grefs);
int xenbus_alloc_evtchn(struct xenbus_device *dev, evtchn_port_t *port);

/* linux/hdreg.h and linux/cdrom.h are those of the system. */
struct tailor_switch;
int tailor_register(struct tailor_switch *sw);

#endif
