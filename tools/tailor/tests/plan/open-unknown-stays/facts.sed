/^open_descriptors:/d
