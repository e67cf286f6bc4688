/* SPDX-License-Identifier: GPL-2.0-only */
/* What a driver sees of blk-mq in Linux 6.1; mq.c is behind it. */
#ifndef STUB_BLK_H
#define STUB_BLK_H

#include <linux/list.h>

#include "lock.h"
#include "mm.h"
#include "work.h"

typedef u8 blk_status_t;
#define BLK_STS_OK 0
#define BLK_STS_NOTSUPP 1
#define BLK_STS_RESOURCE 9
#define BLK_STS_IOERR 10
#define BLK_STS_DEV_RESOURCE 13

typedef u32 blk_opf_t;
enum req_op {
	REQ_OP_READ = 0,
	REQ_OP_WRITE = 1,
	REQ_OP_FLUSH = 2,
	REQ_OP_DISCARD = 3,
	REQ_OP_SECURE_ERASE = 5,
	REQ_OP_DRV_IN = 34,
};
#define REQ_OP_MASK 0xffu
#define REQ_FUA (1u << 17)
#define REQ_PREFLUSH (1u << 18)
#define REQ_POLLED (1u << 25)
#define RQF_ELV (1u << 22)
#define SECTOR_SHIFT 9

enum mq_rq_state { MQ_RQ_IDLE, MQ_RQ_IN_FLIGHT, MQ_RQ_COMPLETE };
enum rq_end_io_ret { RQ_END_IO_NONE, RQ_END_IO_FREE };

struct bio_vec {
	struct page *bv_page;
	unsigned int bv_len;
	unsigned int bv_offset;
};
struct bio {
	struct bio *bi_next;
	blk_opf_t bi_opf;
	unsigned short bi_vcnt;
	sector_t bi_sector;
	void *bi_private;
	void (*bi_end_io)(struct bio *bio, blk_status_t status);
	struct bio_vec bi_io_vec[];
};
struct bio_list {
	struct bio *head, *tail;
};
void bio_list_init(struct bio_list *list);
void bio_list_merge(struct bio_list *to, struct bio_list *from);
struct bio *bio_list_pop(struct bio_list *list);
void submit_bio(struct bio *bio);
void bio_io_error(struct bio *bio);

struct request_queue;
struct blk_mq_hw_ctx;
struct request {
	struct request_queue *q;
	struct blk_mq_hw_ctx *mq_hctx;
	blk_opf_t cmd_flags;
	u32 rq_flags;
	int tag;
	int internal_tag;
	enum mq_rq_state state;
	unsigned short nr_phys_segments;
	unsigned int __data_len;
	sector_t __sector;
	struct bio *bio, *biotail;
	union {
		struct list_head queuelist;
		struct request *rq_next;
	};
	struct request *ipi_next;
	enum rq_end_io_ret (*end_io)(struct request *rq, blk_status_t status);
	void *end_io_data;
};
static inline struct bio_vec req_bvec(const struct request *rq)
{
	return rq->bio->bi_io_vec[0];
}
#define req_op(rq) ((enum req_op)((rq)->cmd_flags & REQ_OP_MASK))
#define rq_data_dir(rq) ((rq)->cmd_flags & 1)
#define blk_rq_pos(rq) ((rq)->__sector)
#define blk_rq_sectors(rq) ((rq)->__data_len >> SECTOR_SHIFT)
#define blk_rq_bytes(rq) ((rq)->__data_len)
#define blk_rq_is_passthrough(rq) (req_op(rq) >= REQ_OP_DRV_IN)
#define blk_mq_rq_to_pdu(rq) ((void *)((rq) + 1))
#define blk_mq_rq_from_pdu(pdu) ((struct request *)(pdu)-1)
#define blk_mq_rq_state(rq) READ_ONCE((rq)->state)
#define blk_mq_request_started(rq) (blk_mq_rq_state(rq) != MQ_RQ_IDLE)
#define blk_mq_request_completed(rq) (blk_mq_rq_state(rq) == MQ_RQ_COMPLETE)
#define blk_should_fake_timeout(q) (false && (q))

#define rq_list_next(rq) ((rq)->rq_next)
#define rq_list_empty(list) ((list) == (struct request *)NULL)
#define rq_list_peek(listptr) (*(listptr))
#define rq_list_add(listptr, rq)            \
	do {                                \
		(rq)->rq_next = *(listptr); \
		*(listptr) = (rq);          \
	} while (0)
#define rq_list_add_tail(lastpptr, rq)        \
	do {                                  \
		(rq)->rq_next = NULL;         \
		**(lastpptr) = (rq);          \
		*(lastpptr) = &(rq)->rq_next; \
	} while (0)
#define rq_list_pop(listptr)                        \
	({                                          \
		struct request *__rq = *(listptr);  \
		if (__rq)                           \
			*(listptr) = __rq->rq_next; \
		__rq;                               \
	})
#define rq_list_for_each(listptr, pos) \
	for (pos = rq_list_peek(listptr); pos; pos = rq_list_next(pos))
#define rq_list_for_each_safe(listptr, pos, nxt)                                       \
	for (pos = rq_list_peek((listptr)), nxt = pos ? rq_list_next(pos) : NULL; pos; \
	     pos = nxt, nxt = pos ? rq_list_next(pos) : NULL)
static inline void rq_list_move(struct request **src, struct request **dst, struct request *rq,
				struct request *prev)
{
	if (prev)
		prev->rq_next = rq->rq_next;
	else
		*src = rq->rq_next;
	rq_list_add(dst, rq);
}

struct io_comp_batch {
	struct request *req_list;
	bool need_ts;
	void (*complete)(struct io_comp_batch *iob);
};
#define DEFINE_IO_COMP_BATCH(name) struct io_comp_batch name = {}

struct scatterlist {
	struct page *page;
	unsigned int offset, length;
};
#define sg_page(sg) ((sg)->page)
#define for_each_sg(list, sg, nr, i) for ((i) = 0, (sg) = (list); (i) < (nr); (i)++, (sg)++)
void sg_init_table(struct scatterlist *sg, unsigned int nents);
int blk_rq_map_sg(struct request_queue *q, struct request *rq, struct scatterlist *sg);

struct cpumask {
	unsigned long bits[1];
};
typedef struct cpumask cpumask_var_t[1];
#define cpumask_empty(mask) ((mask)->bits[0] == 0)
#define cpumask_intersects(a, b) (((a)->bits[0] & (b)->bits[0]) != 0)
#define cpu_online_mask (&(const struct cpumask){ { ~0ul } })

enum hctx_type { HCTX_TYPE_DEFAULT, HCTX_TYPE_READ, HCTX_TYPE_POLL, HCTX_MAX_TYPES };
struct blk_mq_tags {
	unsigned int nr_tags;
	struct request **rqs;
	struct request **static_rqs;
	u8 *busy;
};
#define BLK_MQ_S_STOPPED 0
struct blk_mq_hw_ctx {
	spinlock_t lock;
	struct list_head dispatch;
	unsigned long state;
	unsigned long run;
	unsigned long flags;
	cpumask_var_t cpumask;
	unsigned int queue_num;
	unsigned int nr_ctx;
	enum hctx_type type;
	struct request_queue *queue;
	struct blk_mq_tags *tags;
	void *driver_data;
};
#define blk_mq_hctx_stopped(hctx) test_bit(BLK_MQ_S_STOPPED, &(hctx)->state)
struct blk_mq_queue_data {
	struct request *rq;
	bool last;
};
struct blk_mq_queue_map {
	unsigned int *mq_map;
	unsigned int nr_queues, queue_offset;
};
struct blk_mq_tag_set;
struct blk_mq_ops {
	blk_status_t (*queue_rq)(struct blk_mq_hw_ctx *hctx, const struct blk_mq_queue_data *bd);
	void (*commit_rqs)(struct blk_mq_hw_ctx *hctx);
	void (*queue_rqs)(struct request **rqlist);
	int (*poll)(struct blk_mq_hw_ctx *hctx, struct io_comp_batch *iob);
	void (*complete)(struct request *rq);
	int (*init_hctx)(struct blk_mq_hw_ctx *hctx, void *data, unsigned int nr);
	void (*exit_hctx)(struct blk_mq_hw_ctx *hctx, unsigned int nr);
	int (*init_request)(struct blk_mq_tag_set *set, struct request *rq, unsigned int hctx,
			    unsigned int numa_node);
	void (*exit_request)(struct blk_mq_tag_set *set, struct request *rq, unsigned int hctx);
	void (*map_queues)(struct blk_mq_tag_set *set);
};
#define BLK_MQ_F_SHOULD_MERGE 1
struct blk_mq_tag_set {
	const struct blk_mq_ops *ops;
	struct blk_mq_queue_map map[HCTX_MAX_TYPES];
	unsigned int nr_maps, nr_hw_queues, queue_depth, cmd_size, flags;
	int numa_node;
	void *driver_data;
	struct blk_mq_tags **tags;
};

struct queue_limits {
	unsigned int max_discard_sectors, max_secure_erase_sectors;
	unsigned int discard_granularity, discard_alignment;
	unsigned short max_segments;
	unsigned int max_hw_sectors;
	bool write_cache, fua;
};
struct gendisk;
/* Of hardware queues, the only array that a driver looks into. */
struct xarray {
	struct blk_mq_hw_ctx **entries;
};
#define xa_load(xa, i) ((xa)->entries[i])
#define MAX_HCTX 8
#define NR_CPUS 16
struct request_queue {
	const struct blk_mq_ops *mq_ops;
	void *queuedata;
	struct queue_limits limits;
	struct blk_mq_tag_set *tag_set;
	unsigned int nr_hw_queues;
	struct blk_mq_hw_ctx *hctxs[MAX_HCTX];
	struct xarray hctx_table;
	struct gendisk *disk;
	/* Readers dispatch, the writer quiesces: what SRCU is for in the kernel. */
	pthread_rwlock_t dispatching;
	unsigned long quiesced;
	spinlock_t requeue_lock;
	struct list_head requeue_list;
};
#define queue_for_each_hw_ctx(q, hctx, i) \
	for ((i) = 0; (i) < (q)->nr_hw_queues && ((hctx) = (q)->hctxs[i], true); (i)++)
/* Who finds a queue no longer quiesced sees what was done while it was. */
#define blk_queue_quiesced(q) smp_load_acquire(&(q)->quiesced)

int blk_mq_alloc_tag_set(struct blk_mq_tag_set *set);
void blk_mq_free_tag_set(struct blk_mq_tag_set *set);
struct gendisk *blk_mq_alloc_disk(struct blk_mq_tag_set *set, void *queuedata);
void blk_mq_update_nr_hw_queues(struct blk_mq_tag_set *set, int nr);
void blk_mq_map_queues(struct blk_mq_queue_map *map);
void blk_mq_start_request(struct request *rq);
void blk_mq_complete_request(struct request *rq);
bool blk_mq_complete_request_remote(struct request *rq);
void blk_mq_end_request(struct request *rq, blk_status_t error);
void blk_mq_end_request_batch(struct io_comp_batch *iob);
bool blk_mq_add_to_batch(struct request *rq, struct io_comp_batch *iob, int ioerror,
			 void (*complete)(struct io_comp_batch *));
bool blk_update_request(struct request *rq, blk_status_t error, unsigned int nr_bytes);
void blk_mq_requeue_request(struct request *rq, bool kick);
void blk_mq_kick_requeue_list(struct request_queue *q);
void blk_mq_run_hw_queue(struct blk_mq_hw_ctx *hctx, bool async);
void blk_mq_run_hw_queues(struct request_queue *q, bool async);
void blk_mq_stop_hw_queue(struct blk_mq_hw_ctx *hctx);
void blk_mq_stop_hw_queues(struct request_queue *q);
void blk_mq_start_stopped_hw_queue(struct blk_mq_hw_ctx *hctx, bool async);
void blk_mq_start_stopped_hw_queues(struct request_queue *q, bool async);
void rcu_read_lock(void);
void rcu_read_unlock(void);
void blk_mq_quiesce_queue(struct request_queue *q);
void blk_mq_quiesce_queue_nowait(struct request_queue *q);
void blk_mq_unquiesce_queue(struct request_queue *q);
struct request *blk_mq_tag_to_rq(struct blk_mq_tags *tags, unsigned int tag);

#define QUEUE_FLAG_VIRT 6
#define blk_queue_flag_set(flag, q) ((void)(q))
void blk_queue_max_discard_sectors(struct request_queue *q, unsigned int sectors);
void blk_queue_max_secure_erase_sectors(struct request_queue *q, unsigned int sectors);
void blk_queue_write_cache(struct request_queue *q, bool write_cache, bool fua);
#define blk_queue_logical_block_size(q, n) ((void)(q), (void)(n))
#define blk_queue_physical_block_size(q, n) ((void)(q), (void)(n))
#define blk_queue_max_hw_sectors(q, n) ((void)((q)->limits.max_hw_sectors = (n)))
#define blk_queue_segment_boundary(q, n) ((void)(q))
#define blk_queue_max_segment_size(q, n) ((void)(q))
#define blk_queue_max_segments(q, n) ((void)((q)->limits.max_segments = (n)))
#define blk_queue_dma_alignment(q, n) ((void)(q))

/* --- disks */

struct device {
	void *driver_data;
};
#define dev_set_drvdata(dev, data) ((void)((dev)->driver_data = (data)))
#define dev_get_drvdata(dev) ((dev)->driver_data)

struct block_device {
	struct gendisk *bd_disk;
};
struct hd_geometry;
struct block_device_operations {
	struct module *owner;
	int (*getgeo)(struct block_device *bdev, struct hd_geometry *geo);
	int (*ioctl)(struct block_device *bdev, fmode_t mode, unsigned int cmd, unsigned long arg);
	int (*compat_ioctl)(struct block_device *bdev, fmode_t mode, unsigned int cmd,
			    unsigned long arg);
};
int blkdev_compat_ptr_ioctl(struct block_device *bdev, fmode_t mode, unsigned int cmd,
			    unsigned long arg);
#define DISK_NAME_LEN 32
#define GENHD_FL_REMOVABLE 1
#define MINORBITS 20
struct gendisk {
	int major, first_minor, minors;
	char disk_name[DISK_NAME_LEN];
	const struct block_device_operations *fops;
	struct request_queue *queue;
	void *private_data;
	int flags;
	sector_t capacity;
};
#define register_blkdev(major, name) ((void)(name), 0)
#define unregister_blkdev(major, name) ((void)(name))
#define get_capacity(gd) ((gd)->capacity)
#define set_capacity(gd, n) ((void)((gd)->capacity = (n)))
#define set_capacity_and_notify(gd, n) set_capacity(gd, n)
#define set_disk_ro(gd, ro) ((void)(gd))
#define blk_mark_disk_dead(gd) ((void)(gd))
int device_add_disk(struct device *dev, struct gendisk *gd, const void *groups);
void del_gendisk(struct gendisk *gd);
void put_disk(struct gendisk *gd);

#endif
