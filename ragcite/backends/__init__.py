"""The engines behind the protocols: the only room that imports torch, transformers, faiss, openvino and their kin."""
