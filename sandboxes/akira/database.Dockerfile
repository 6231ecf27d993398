# Primary and replica are one image, built once: a cluster that is initialised twice would be two.
FROM akira/database AS plain
