// Included before each source of the tfjs addon when it is compiled: tensors made of JavaScript arrays get memory of their own.
//
// The addon hands TF_NewTensor a typed array's memory, with a callback that ends the array's reference when TensorFlow lets
// go of it. TensorFlow copies unless that memory lies on a multiple of 64 bytes, as one array in four does; then the
// array becomes the tensor. Whichever of TensorFlow's threads drops the tensor last runs the callback, for example the
// one that assigns a variable its next value. But references belong to JavaScript's thread: two threads at once tear Node's
// list of them, and what they overwrite shows up as a crash elsewhere, as wrong results, or not at all. Besides, such a
// tensor changes when its array does. A copy always, as three arrays in four have anyway, ends both.
#pragma once

#include <cstring>

#include "tensorflow/c/tf_tensor.h"

/** TF_NewTensor that copies `data`, and runs `deallocator` before it returns, on the calling thread. NULL as TF_NewTensor. */
inline TF_Tensor* NewTensorInOwnMemory(TF_DataType type, const int64_t* dims, int num_dims, void* data, size_t len,
                                       void (*deallocator)(void* data, size_t len, void* arg), void* deallocator_arg) {
  TF_Tensor* tensor = TF_AllocateTensor(type, dims, num_dims, len);
  if (tensor != nullptr && len > 0) std::memcpy(TF_TensorData(tensor), data, len);
  deallocator(data, len, deallocator_arg);
  return tensor;
}

#define TF_NewTensor NewTensorInOwnMemory
