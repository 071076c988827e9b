// A layer and the operation it applies share a name; outside of Ops and Layers, where each folder means its own, the layer is meant.
global using Dropout = Crucible.Layers.Dropout;
global using Linear = Crucible.Layers.Linear;
