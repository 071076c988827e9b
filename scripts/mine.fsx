#load "crucible.fsx"
open Crucible.Layers
open Crucible.Optimizers
open Crucible.Tensors
let generator = Generator 1UL
let x = Tensor.Randn(generator, 300, 13)
let y = tanh (x.MatMul(Tensor.Randn(generator, 13, 1)))
let model = Linear(13, 40, generator) --> Relu() --> Linear(40, 1, generator)
let optimizer = Adam(model.Parameters, AdamOptions(LearningRate = 1e-2))
for step in 1 .. 500 do
    let loss = Loss.MeanSquaredError(model.Forward(x, Pass.Training generator), y)
    optimizer.ZeroGradients()
    loss.Backward()
    optimizer.Step()
    if step % 250 = 0 then printfn "%d %.4f" step (float loss) // 250 0.0038, then 500 0.0000