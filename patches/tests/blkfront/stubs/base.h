/* SPDX-License-Identifier: GPL-2.0-only */
/* Types, macros and messages of the kernel, as far as the driver uses them. */
#ifndef STUB_BASE_H
#define STUB_BASE_H

#include <errno.h>
#include <linux/types.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/types.h>

#include <linux/kconfig.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int8_t s8;
typedef int16_t s16;
typedef int32_t s32;
typedef int64_t s64;
typedef u64 sector_t;
typedef u64 phys_addr_t;
typedef unsigned int gfp_t;
typedef unsigned int fmode_t;

struct list_head {
	struct list_head *next, *prev;
};
struct hlist_node {
	struct hlist_node *next, **pprev;
};
struct hlist_head {
	struct hlist_node *first;
};

#define __user
#define __init
#define __exit
#define __initdata
#define __read_mostly
#define __ro_after_init
#define __must_check
#define __always_unused __attribute__((unused))
#define __maybe_unused __attribute__((unused))
#define ____cacheline_aligned __attribute__((aligned(64)))
#define ____cacheline_aligned_in_smp ____cacheline_aligned
#define __scanf(a, b) __attribute__((format(scanf, a, b)))
#define __printf(a, b) __attribute__((format(printf, a, b)))
#define fallthrough __attribute__((fallthrough))
#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#define ___PASTE(a, b) a##b
#define __PASTE(a, b) ___PASTE(a, b)
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define DIV_ROUND_UP(n, d) (((n) + (d)-1) / (d))
#define BITS_PER_LONG 64
#define BITS_TO_LONGS(n) DIV_ROUND_UP(n, BITS_PER_LONG)
#define container_of(ptr, type, member) ((type *)((char *)(ptr)-offsetof(type, member)))
#define struct_size(p, member, n) (sizeof(*(p)) + sizeof((p)->member[0]) * (n))
#define min(a, b)                      \
	({                             \
		typeof(a) __a = (a);   \
		typeof(b) __b = (b);   \
		__a < __b ? __a : __b; \
	})
#define max(a, b)                      \
	({                             \
		typeof(a) __a = (a);   \
		typeof(b) __b = (b);   \
		__a > __b ? __a : __b; \
	})
#define min_t(type, a, b) min((type)(a), (type)(b))
#define max_t(type, a, b) max((type)(a), (type)(b))
#define MAX_ERRNO 4095
#define IS_ERR(p) ((unsigned long)(p) >= (unsigned long)-MAX_ERRNO)
#define PTR_ERR(p) ((long)(p))
#define ERR_PTR(e) ((void *)(long)(e))
#define simple_strtoul strtoul
#define put_user(x, p) ((void)(x), (void)(p), 0)
#define sector_div(n, base)               \
	({                                \
		u32 __rem = (n) % (base); \
		(n) /= (base);            \
		__rem;                    \
	})

/* --- memory ordering; see barrier.c for what a sanitizer makes of it */

#define barrier() __asm__ __volatile__("" : : : "memory")
#define READ_ONCE(x) __atomic_load_n(&(x), __ATOMIC_RELAXED)
#define WRITE_ONCE(x, v) __atomic_store_n(&(x), (v), __ATOMIC_RELAXED)
#define smp_store_release(p, v) __atomic_store_n((p), (v), __ATOMIC_RELEASE)
#define smp_load_acquire(p) __atomic_load_n((p), __ATOMIC_ACQUIRE)
void full_barrier(void);
#define smp_mb() full_barrier()
#define smp_mb__before_atomic() full_barrier()
#define smp_mb__after_atomic() full_barrier()
#define smp_rmb() barrier()
#define smp_wmb() barrier()
void ring_wmb(void);
void ring_rmb(void);
#define virt_mb() full_barrier()
#define virt_wmb() ring_wmb()
#define virt_rmb() ring_rmb()
#define virt_store_mb(var, v)       \
	do {                        \
		WRITE_ONCE(var, v); \
		virt_mb();          \
	} while (0)
#define virt_store_release(p, v)         \
	do {                             \
		ring_wmb();              \
		smp_store_release(p, v); \
	} while (0)
#define virt_load_acquire(p)                            \
	({                                              \
		typeof(*(p)) __v = smp_load_acquire(p); \
		ring_rmb();                             \
		__v;                                    \
	})
#define cpu_relax() __builtin_ia32_pause()
#define prefetch(p) __builtin_prefetch(p)
#define prefetchw(p) __builtin_prefetch((p), 1)

/* Value-returning operations are fully ordered, the others are not ordered at all. */
#define xchg(p, v) __atomic_exchange_n((p), (v), __ATOMIC_SEQ_CST)
#define xchg_acquire(p, v) __atomic_exchange_n((p), (v), __ATOMIC_ACQUIRE)
#define cmpxchg(p, old, new)                                                             \
	({                                                                               \
		typeof(*(p)) __old = (old);                                              \
		__atomic_compare_exchange_n((p), &__old, (new), false, __ATOMIC_SEQ_CST, \
					    __ATOMIC_RELAXED);                           \
		__old;                                                                   \
	})
typedef struct {
	int counter;
} atomic_t;
#define ATOMIC_INIT(i) \
	{              \
		(i)    \
	}
#define atomic_read(v) READ_ONCE((v)->counter)
#define atomic_set(v, i) WRITE_ONCE((v)->counter, (i))
#define atomic_add(i, v) ((void)__atomic_fetch_add(&(v)->counter, (i), __ATOMIC_RELAXED))
#define atomic_inc(v) atomic_add(1, v)
#define atomic_dec(v) atomic_add(-1, v)
#define atomic_inc_return(v) __atomic_add_fetch(&(v)->counter, 1, __ATOMIC_SEQ_CST)
#define atomic_dec_and_test(v) (__atomic_sub_fetch(&(v)->counter, 1, __ATOMIC_SEQ_CST) == 0)

#define BIT(nr) (1UL << (nr))
#define BIT_WORD(p, nr) (&(p)[(nr) / BITS_PER_LONG])
#define BIT_MASK(nr) BIT((nr) % BITS_PER_LONG)
#define set_bit(nr, p) ((void)__atomic_fetch_or(BIT_WORD(p, nr), BIT_MASK(nr), __ATOMIC_RELAXED))
#define clear_bit(nr, p) \
	((void)__atomic_fetch_and(BIT_WORD(p, nr), ~BIT_MASK(nr), __ATOMIC_RELAXED))
#define test_bit(nr, p) (!!(__atomic_load_n(BIT_WORD(p, nr), __ATOMIC_RELAXED) & BIT_MASK(nr)))
#define test_and_set_bit(nr, p) \
	(!!(__atomic_fetch_or(BIT_WORD(p, nr), BIT_MASK(nr), __ATOMIC_SEQ_CST) & BIT_MASK(nr)))
#define test_and_clear_bit(nr, p) \
	(!!(__atomic_fetch_and(BIT_WORD(p, nr), ~BIT_MASK(nr), __ATOMIC_SEQ_CST) & BIT_MASK(nr)))
void bitmap_set(unsigned long *map, unsigned int start, unsigned int nbits);
void bitmap_clear(unsigned long *map, unsigned int start, unsigned int nbits);
unsigned long find_next_bit(const unsigned long *map, unsigned long size, unsigned long from);

/* --- messages */

__printf(1, 2) void kernel_alert(const char *fmt, ...);
__printf(1, 2) void kernel_log(const char *fmt, ...);
__attribute__((noreturn)) void kernel_bug(const char *file, int line, const char *what);
void kernel_warn(const char *file, int line);
#define pr_fmt(fmt) fmt
#define KERN_WARNING ""
#define KERN_INFO ""
#define printk kernel_log
#define pr_alert kernel_alert
#define pr_alert_ratelimited kernel_alert
#define pr_err kernel_log
#define pr_warn kernel_log
#define pr_warn_once kernel_log
#define pr_warn_ratelimited kernel_log
#define pr_info kernel_log
#define pr_debug(...) ((void)0)
#define dev_dbg(dev, ...) ((void)(dev))
#define dev_dbg_ratelimited(dev, ...) ((void)(dev))
#define dev_warn(dev, ...) kernel_log(__VA_ARGS__)
#define BUG() kernel_bug(__FILE__, __LINE__, "BUG")
#define BUG_ON(c) ((c) ? kernel_bug(__FILE__, __LINE__, #c) : (void)0)
#define BUILD_BUG_ON(c) _Static_assert(!(c), #c)
#define WARN_ON(c)                                       \
	({                                               \
		bool __c = !!(c);                        \
		if (unlikely(__c))                       \
			kernel_warn(__FILE__, __LINE__); \
		__c;                                     \
	})
#define WARN_ON_ONCE(c) WARN_ON(c)
#define WARN(c, ...)                                     \
	({                                               \
		bool __w = !!(c);                        \
		if (__w) {                               \
			kernel_log(__VA_ARGS__);         \
			kernel_warn(__FILE__, __LINE__); \
		}                                        \
		__w;                                     \
	})
#define WARN_ONCE WARN

/* --- modules */

struct module;
#define THIS_MODULE ((struct module *)NULL)
#define KBUILD_MODNAME "xen_blkfront"
void module_parameter(const char *name, void *var, size_t size);
int module_set(const char *name, unsigned int value);
#define module_param_named(name, var, type, perm)                     \
	static __attribute__((constructor)) void __param_##name(void) \
	{                                                             \
		module_parameter(#name, &(var), sizeof(var));         \
	}                                                             \
	struct module
#define module_param(name, type, perm) module_param_named(name, name, type, perm)
#define MODULE_PARM_DESC(name, text) struct module
#define MODULE_DESCRIPTION(text) struct module
#define MODULE_LICENSE(text) struct module
#define MODULE_ALIAS(text) struct module
#define MODULE_ALIAS_BLOCKDEV_MAJOR(text) struct module
#define EXPORT_SYMBOL_GPL(name) struct module
#define module_init(fn)       \
	int driver_init(void) \
	{                     \
		return fn();  \
	}                     \
	struct module
#define module_exit(fn)        \
	void driver_exit(void) \
	{                      \
		fn();          \
	}                      \
	struct module
#define late_initcall(fn) static int (*const __initcall_##fn)(void) __maybe_unused = fn
int driver_init(void);
void driver_exit(void);

#define U8_MAX ((u8)~0)
#define U16_MAX ((u16)~0)
/* Processors neither come nor go. */
#define CPUHP_AP_ONLINE_DYN 0
#define cpuhp_setup_state_nocalls(state, name, up, down) ((void)(up), (void)(name), 1)
#define cpuhp_remove_state_nocalls(state) ((void)(state))
#define HZ 1000

#endif
