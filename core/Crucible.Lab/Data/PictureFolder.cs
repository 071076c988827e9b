using Crucible.Tensors;

namespace Crucible.Lab.Data;

/// <summary>
/// Pictures sorted into folders by what they show: <c>animals/cat/1.png</c>, <c>animals/dog/rex.jpg</c>, … The folders'
/// names are the classes.
/// </summary>
public static class PictureFolder
{
    private static readonly string[] Endings = [".png", ".jpg", ".jpeg"];

    /// <summary>Reads all pictures, brought to one square size.</summary>
    /// <param name="folder">The folder of the classes' folders.</param>
    /// <param name="size">Height and width, 1 or more.</param>
    /// <param name="channels">1 for gray, 3 for colours.</param>
    /// <returns>The pictures, classes and files in the order of their names.</returns>
    /// <exception cref="DataException">There are fewer than two classes, one has no pictures, or a picture cannot be read.</exception>
    public static LabeledPictures Read(string folder, int size = 28, int channels = 1) =>
        Read(folder, path => PictureShape.Fit(PictureFile.Read(path, channels), size));

    /// <summary>Reads all pictures in a way of one's own: <c>PictureFolder.Read("digits", PictureShape.ReadDigit)</c>.</summary>
    /// <param name="folder">The folder of the classes' folders.</param>
    /// <param name="read">Takes a file's path and gives its picture, all of one shape.</param>
    /// <returns>The pictures, classes and files in the order of their names.</returns>
    /// <exception cref="DataException">There are fewer than two classes, one has no pictures, or a picture cannot be read.</exception>
    public static LabeledPictures Read(string folder, Func<string, Tensor> read)
    {
        try
        {
            string[] classes = Directory.Exists(folder) ? [.. Directory.GetDirectories(folder).Order(StringComparer.Ordinal)] : [];
            if (classes.Length < 2) throw PictureErrors.NoFolder(folder);
            List<Tensor> pictures = [];
            List<int> labels = [];
            for (int label = 0; label < classes.Length; label++)
            {
                string[] files = [.. Directory.GetFiles(classes[label]).Where(IsPicture).Order(StringComparer.Ordinal)];
                if (files.Length == 0) throw PictureErrors.NoPictures(classes[label]);
                pictures.AddRange(files.Select(read));
                labels.AddRange(files.Select(_ => label));
            }

            return new(Tensor.Stack(pictures), Tensor.Of(labels), [.. classes.Select(path => Path.GetFileName(path))]);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw PictureErrors.Unreadable(folder, error);
        }
    }

    private static bool IsPicture(string path) => Endings.Contains(Path.GetExtension(path).ToLowerInvariant());
}
