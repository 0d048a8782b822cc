// Most of these tests wait for other processes and for locks to end, and not for the processor.
[assembly: Xunit.v3.Parallelization(MaxThreads = 4)]
