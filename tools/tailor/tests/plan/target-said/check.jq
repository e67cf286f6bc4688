def d(n): .decisions[] | select(.name == n);
def all_of(names; f): (names | split(" ")) as $names | [.decisions[] | select(.name | IN($names[])) | f] | length == ($names | length) and all;
all_of("KVM_GUEST PARAVIRT HYPERVISOR_GUEST X86_X2APIC XEN"; .action == "keep")
and (d("KVM_GUEST") | .evidence[0].where == "--target")
and .target == "kvm,xen"
