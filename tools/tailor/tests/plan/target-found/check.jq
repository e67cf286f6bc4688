def all_of(names; f): (names | split(" ")) as $names | [.decisions[] | select(.name | IN($names[])) | f] | length == ($names | length) and all;
all_of("XEN PARAVIRT HYPERVISOR_GUEST"; .action == "keep")
and all_of("KVM_GUEST X86_X2APIC HYPERV"; .action == "remove")
and has("target") and .target == null
