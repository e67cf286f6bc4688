(.closed | not) and .kconfig == null and ([.decisions[].forced] | all(. == null))
