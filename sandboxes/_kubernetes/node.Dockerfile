# A node with the files of one system; all before that is one image for every system.
FROM kubernetes/node AS plain
ARG FILES
COPY ${FILES} /
