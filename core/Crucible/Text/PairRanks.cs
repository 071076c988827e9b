using System.Numerics;

namespace Crucible.Text;

/// <summary>
/// The rank of each pair of ids that merges: a table with open addressing, because the look-up is what encoding spends its time on, and the runtime's hash of a
/// 64-bit key, the exclusive or of its halves, makes pairs of small ids collide.
/// </summary>
internal sealed class PairRanks
{
    private const ulong Golden = 0x9E3779B97F4A7C15; // 2⁶⁴ divided by the golden ratio

    private ulong[] keys = new ulong[1 << 10]; // a key and one; 0 where there is none
    private int[] ranks = new int[1 << 10];

    /// <summary>The number of pairs.</summary>
    internal int Count { get; private set; }

    /// <summary>The rank of a pair, or -1 when it has none.</summary>
    internal int Find(int left, int right)
    {
        ulong key = Key(left, right);
        int slot = Slot(key);
        return keys[slot] == key ? ranks[slot] : -1;
    }

    /// <summary>Gives a pair the rank <see cref="Count"/>; false when it has one.</summary>
    internal bool TryAdd(int left, int right)
    {
        ulong key = Key(left, right);
        if (keys[Slot(key)] == key) return false;
        if (2 * Count >= keys.Length) Grow();
        int slot = Slot(key);
        (keys[slot], ranks[slot]) = (key, Count++);
        return true;
    }

    private static ulong Key(int left, int right) => (((ulong)(uint)left << 32) | (uint)right) + 1;

    private int Slot(ulong key)
    {
        ulong[] table = keys;
        int slot = (int)((key * Golden) >> (64 - BitOperations.Log2((uint)table.Length)));
        while (table[slot] != key && table[slot] != 0) slot = (slot + 1) & (table.Length - 1);
        return slot;
    }

    private void Grow()
    {
        var (oldKeys, oldRanks) = (keys, ranks);
        (keys, ranks) = (new ulong[2 * oldKeys.Length], new int[2 * oldKeys.Length]);
        for (int i = 0; i < oldKeys.Length; i++)
        {
            if (oldKeys[i] == 0) continue;
            int slot = Slot(oldKeys[i]);
            (keys[slot], ranks[slot]) = (oldKeys[i], oldRanks[i]);
        }
    }
}
