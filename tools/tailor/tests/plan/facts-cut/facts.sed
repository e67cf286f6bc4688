s/^facts_version: 1/facts_version: 2/
