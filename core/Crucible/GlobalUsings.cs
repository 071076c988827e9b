// A layer and the operation it applies share a name; outside of Tensors and Layers, where each room means its own, the layer is meant.
global using Dropout = Crucible.Layers.Dropout;
global using Linear = Crucible.Layers.Linear;
