/**
 * What weights are rounded to. `float32`: not at all. `bfloat16`: weights are numbers that bfloat16 has, from the start and
 * after every step, and so is each step's change before it is added, as in p ← bf16(p + bf16(u)), while gradients and
 * moments stay float32. Changes below half of a weight's last bit, 1/512 of the weight, are lost: that is how the published
 * system trains, and another optimizer than AdamW in float32.
 */
export type WeightPrecision = 'float32' | 'bfloat16';
