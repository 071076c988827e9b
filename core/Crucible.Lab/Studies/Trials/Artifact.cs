using System.Security.Cryptography;
using Crucible.Files;

namespace Crucible.Lab.Studies;

/// <summary>A file that a trial keeps in its study's store, on whichever machine it was made.</summary>
/// <param name="Trial">The trial's number; <see cref="OfStudy"/> for one of the study itself.</param>
/// <param name="Name">Its name, which no other artifact of the trial, or of the study itself, has.</param>
/// <param name="Size">How many bytes it has.</param>
/// <param name="Sha256">The SHA-256 of its bytes, as 64 hexadecimal digits.</param>
public sealed record Artifact(int Trial, string Name, long Size, string Sha256)
{
    /// <summary>In place of a trial's number: -1.</summary>
    public const int OfStudy = -1;

    internal const long Most = 1L << 30; // bytes
    private const int Piece = 256 << 10; // bytes

    /// <summary>By which a store finds its pieces: an upload has another than the one of its name before.</summary>
    public required string Id { get; init; }

    /// <summary>Reads a file into a store, piece by piece; it counts only when the store keeps it.</summary>
    /// <returns>What the store is to keep.</returns>
    /// <exception cref="StudyException">The file cannot be read, or is too large.</exception>
    internal static Artifact Upload(IStudyStore store, string study, int trial, string name, string path)
    {
        Artifact artifact = new(trial, name, 0, "") { Id = Guid.NewGuid().ToString("N") };
        try
        {
            using FileStream file = File.OpenRead(path);
            if (file.Length > Most) throw StudyErrors.ArtifactTooLarge(trial, path, file.Length, Most);
            using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            byte[] piece = new byte[Piece];
            long size = 0;
            for (int place = 0; file.ReadAtLeast(piece, Piece, throwOnEndOfStream: false) is > 0 and var count; place++)
            {
                hash.AppendData(piece, 0, count);
                if ((size += count) > Most) throw StudyErrors.ArtifactTooLarge(trial, path, size, Most); // it has grown
                store.SavePiece(study, artifact, place, count == Piece ? piece : piece[..count]);
            }

            return artifact with { Size = size, Sha256 = Convert.ToHexStringLower(hash.GetHashAndReset()) };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw StudyErrors.ArtifactUnreadable(trial, path, error);
        }
    }

    /// <summary>Writes a file with what a store has, which appears when all of it is there and is what it was.</summary>
    /// <exception cref="StudyException">The file cannot be written, or the bytes are not those that were kept.</exception>
    internal void Download(IStudyStore store, string study, string path)
    {
        try
        {
            AtomicFile.Write(path, file =>
            {
                using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
                for (int place = 0; store.Piece(study, this, place) is { } piece; place++)
                {
                    hash.AppendData(piece);
                    file.Write(piece);
                }

                if (Convert.ToHexStringLower(hash.GetHashAndReset()) != Sha256) throw StudyErrors.ArtifactDamaged(Trial, Name, Sha256);
            });
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw StudyErrors.ArtifactUnwritable(path, error);
        }
    }

    /// <summary>Brings the bytes of an artifact to another store or study, where its copy counts only when that keeps it.</summary>
    internal void CopyPieces(IStudyStore from, string study, IStudyStore to, string name, Artifact copy)
    {
        for (int place = 0; from.Piece(study, this, place) is { } piece; place++) to.SavePiece(name, copy, place, piece);
    }
}
