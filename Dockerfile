# The collector in a container: one program, a user without rights, a root that
# may be read-only. docs/operate.md says how to build and run it.

# Where it is built, and what it runs on: the same Debian, for the same C library.
ARG BUILD=docker.io/library/rust:1.95-bookworm
ARG BASE=gcr.io/distroless/cc-debian12:latest

# Builds the widget, which the program carries, and then the program.
# `cargo xtask widget` installs the tools that it needs, Node.js among them.
FROM ${BUILD} AS build
WORKDIR /src
COPY . .
RUN cargo xtask widget \
    && cargo build --release --locked --package sayso-collector \
    && mkdir --parents /out/data /out/surveys \
    && cp target/release/sayso /out/

FROM ${BASE}
COPY --from=build /out/sayso /usr/local/bin/sayso
# A new volume takes over the owner of the folder that it is mounted on.
COPY --from=build --chown=65532:65532 /out/data /data
COPY --from=build /out/surveys /surveys
# Of the container, which is not the machine: publish the port where it is wanted.
ENV SAYSO_LISTEN=0.0.0.0:8080 SAYSO_DATA=/data SAYSO_SURVEYS=/surveys
USER 65532:65532
VOLUME ["/data"]
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=5m CMD ["/usr/local/bin/sayso", "health"]
ENTRYPOINT ["/usr/local/bin/sayso"]
CMD ["serve"]
