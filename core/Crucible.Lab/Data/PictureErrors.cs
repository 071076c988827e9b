using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Lab.Data;

/// <summary>Builds the errors of pictures and their files: the file first, then what must be and what is.</summary>
internal static class PictureErrors
{
    internal static DataException Unreadable(string path, Exception error) =>
        new(Invariant($"{path}: the file must be readable, but is not ({error.Message})"), error);

    internal static DataException NotIdx(string path, string found) => new(Invariant(
        $"{path}: an IDX file of bytes must begin with 0, 0, 8 and the number of its axes, 1 to 4, but this one begins with {found}"));

    internal static DataException Damaged(string path, Exception error) =>
        new(Invariant($"{path}: the file must be a whole gzip file, but is damaged ({error.Message}); fetch it again"), error);

    internal static DataException Length(string path, IEnumerable<int> sizes, long count, string found) => new(Invariant(
        $"{path}: behind its header the file must hold {string.Join(" × ", sizes)} = {count} bytes, but {found}; fetch it again"));

    internal static DataException Axes(string path, int expected, int actual) =>
        new(Invariant($"{path}: the file must have {expected} {(expected == 1 ? "axis" : "axes")}, but has {actual}"));

    internal static DataException Count(string path, int pictures, string labelPath, int labels) =>
        new(Invariant($"{labelPath}: there must be a label for each of the {pictures} pictures of {path}, but there are {labels}"));

    internal static DataException NoPicture(string path, string reason) =>
        new(Invariant($"{path}: the file must be a PNG or JPEG picture, but {reason}"));

    internal static DataException PictureSize(string path, long width, long height) => new(Invariant(
        $"{path}: a picture must have at least 1×1 and at most {PictureFile.MostPixels / 1_000_000} million pixels, but has {width}×{height}"));

    internal static DataException Blank(string path) =>
        new(Invariant($"{path}: a digit must be drawn on the picture, but all of it is nearly one shade"));

    internal static DataException NoFolder(string path) =>
        new(Invariant($"{path}: the folder must hold a folder of pictures for each of at least 2 classes, but there are not so many"));

    internal static DataException NoPictures(string path) =>
        new(Invariant($"{path}: the folder of a class must hold PNG or JPEG pictures, but there are none"));

    internal static ShapeException NotOne(Shape shape) => new(Invariant(
        $"picture: the tensor must be [height, width] or [1 or 3, height, width] with at least one pixel, but is {shape}"));

    internal static ShapeException NotSeveral(Shape shape) => new(Invariant(
        $"pictures: they must be [N, 1 or 3, height, width], [N, height, width] or [height, width], but are {shape}"));

    internal static ShapeException Weights(Shape pictures, Shape weights) => new(Invariant(
        $"pictures: they must be [N, 1, height, width] and their weights [N, rows, columns], but are {pictures} and {weights}"));

    internal static OptionException Pixels(string name, string mustBe, int value) =>
        new(Invariant($"pixels: {name} must be {mustBe}, but is {value}"));

    internal static ShapeException NotGray(Shape shape) =>
        new(Invariant($"pixels: the pictures must be [N, 1, height, width], but are {shape}"));

    internal static ShapeException NotPixels(string length, Shape shape) =>
        new(Invariant($"pixels: they must be [N, {length}], but are {shape}"));

    internal static ShapeException PixelLabels(int rows, Shape shape) =>
        new(Invariant($"pixels: there must be a label for each picture, [{rows}], but they are {shape}"));

    internal static OptionException PixelModel(int tokens, int length, int vocabulary, int context) => new(Invariant(
        $"pixels: the model must have {tokens} tokens and see {length} of them or more, but has {vocabulary} and sees {context}"));

    internal static ShapeException TooMany(int most, int count) =>
        new(Invariant($"pictures: there must be 1 to {most}, but there are {count}; show a part of them"));

    internal static ShapeException Captions(int pictures, int captions) =>
        new(Invariant($"pictures: there must be a caption for each of the {pictures}, but there are {captions}"));
}
