using System.Runtime.InteropServices;

namespace Crucible.Kernels;

// Empty types of 1 to 12 bytes. As a type argument each stands for its size: sizeof(TSize) is a constant in the code compiled for it.

[StructLayout(LayoutKind.Sequential, Size = 1)]
internal struct Size1;

[StructLayout(LayoutKind.Sequential, Size = 2)]
internal struct Size2;

[StructLayout(LayoutKind.Sequential, Size = 3)]
internal struct Size3;

[StructLayout(LayoutKind.Sequential, Size = 4)]
internal struct Size4;

[StructLayout(LayoutKind.Sequential, Size = 5)]
internal struct Size5;

[StructLayout(LayoutKind.Sequential, Size = 6)]
internal struct Size6;

[StructLayout(LayoutKind.Sequential, Size = 7)]
internal struct Size7;

[StructLayout(LayoutKind.Sequential, Size = 8)]
internal struct Size8;

[StructLayout(LayoutKind.Sequential, Size = 9)]
internal struct Size9;

[StructLayout(LayoutKind.Sequential, Size = 10)]
internal struct Size10;

[StructLayout(LayoutKind.Sequential, Size = 11)]
internal struct Size11;

[StructLayout(LayoutKind.Sequential, Size = 12)]
internal struct Size12;
