/* Declarations of the vendor's library of virtual machines (VIX) that code is shown for, in words
 * of our own. Only to judge what is shown by a compiler; nothing is linked. */

#ifndef VIX_H
#define VIX_H

#include <stdint.h>

#ifndef VIX_DISK_LIB_H
typedef uint64_t VixError;
#define VIX_OK 0
#define VIX_SUCCEEDED(error) (VIX_OK == (error))
#define VIX_FAILED(error) (VIX_OK != (error))
#endif

typedef int VixHandle;
typedef int VixPropertyID;
typedef int VixEventType;
typedef int VixCreateSnapshotOptions;
typedef int VixRemoveSnapshotOptions;
typedef int VixVMPowerOpOptions;
typedef void VixEventProc(VixHandle handle, VixEventType type, VixHandle more, void *data);

#define VIX_INVALID_HANDLE 0
#define VIX_PROPERTY_NONE 0
#define VIX_PROPERTY_JOB_RESULT_HANDLE 3010
#define VIX_VMPOWEROP_NORMAL 0
#define VIX_SNAPSHOT_REMOVE_CHILDREN 1

void Vix_ReleaseHandle(VixHandle handle);
VixError VixJob_Wait(VixHandle job, VixPropertyID first, ...);
VixHandle VixVM_Open(VixHandle host, const char *vmx, VixEventProc *called, void *data);
VixHandle VixVM_CreateSnapshot(VixHandle machine, const char *name, const char *description,
                               VixCreateSnapshotOptions options, VixHandle properties,
                               VixEventProc *called, void *data);
VixError VixVM_GetNamedSnapshot(VixHandle machine, const char *name, VixHandle *snapshot);
VixError VixVM_GetNumRootSnapshots(VixHandle machine, int *count);
VixError VixVM_GetRootSnapshot(VixHandle machine, int index, VixHandle *snapshot);
VixHandle VixVM_RevertToSnapshot(VixHandle machine, VixHandle snapshot,
                                 VixVMPowerOpOptions options, VixHandle properties,
                                 VixEventProc *called, void *data);
VixHandle VixVM_RemoveSnapshot(VixHandle machine, VixHandle snapshot,
                               VixRemoveSnapshotOptions options, VixEventProc *called, void *data);

#endif
