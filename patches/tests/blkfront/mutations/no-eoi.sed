# why: an interrupt ends without EOI
# says: an interrupt ends without EOI
# build: plain
# run: hostile=storm rings=1
/^static irqreturn_t blkif_interrupt/,/^}/ s/^\txen_irq_lateeoi(irq, eoiflag);/\tif (!eoiflag) xen_irq_lateeoi(irq, 0);/
