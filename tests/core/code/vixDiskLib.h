/* Declarations of the vendor's disk library that code is shown for, in words of our own: what its
 * functions are called and take, as public bindings agree (FORMATS and VDDK of the design). It is
 * here so that what is shown can be judged by a compiler; nothing is linked. */

#ifndef VIX_DISK_LIB_H
#define VIX_DISK_LIB_H

#include <stddef.h>
#include <stdint.h>

typedef char Bool;
typedef uint8_t uint8;
typedef uint16_t uint16;
typedef uint32_t uint32;
typedef uint64_t uint64;
typedef uint64 VixError;
typedef uint64 VixDiskLibSectorType;

#define VIX_OK 0
#define VIX_E_FILE_ERROR 7
#define VIX_ERROR_CODE(error) ((error) & 0xffff)
#define VIX_SUCCEEDED(error) (VIX_OK == (error))
#define VIX_FAILED(error) (VIX_OK != (error))

#define VIXDISKLIB_SECTOR_SIZE 512
#define VIXDISKLIB_MIN_CHUNK_SIZE 128
#define VIXDISKLIB_MAX_CHUNK_NUMBER (512 * 1024)

#define VIXDISKLIB_FLAG_OPEN_UNBUFFERED (1 << 0)
#define VIXDISKLIB_FLAG_OPEN_SINGLE_LINK (1 << 1)
#define VIXDISKLIB_FLAG_OPEN_READ_ONLY (1 << 2)

#define VIXDISKLIB_HWVERSION_WORKSTATION_4 3
#define VIXDISKLIB_HWVERSION_WORKSTATION_5 4

typedef enum {
    VIXDISKLIB_DISK_MONOLITHIC_SPARSE = 1,
    VIXDISKLIB_DISK_MONOLITHIC_FLAT = 2,
    VIXDISKLIB_DISK_SPLIT_SPARSE = 3,
    VIXDISKLIB_DISK_SPLIT_FLAT = 4,
    VIXDISKLIB_DISK_VMFS_FLAT = 5,
    VIXDISKLIB_DISK_STREAM_OPTIMIZED = 6,
    VIXDISKLIB_DISK_VMFS_THIN = 7,
    VIXDISKLIB_DISK_VMFS_SPARSE = 8,
    VIXDISKLIB_DISK_UNKNOWN = 256
} VixDiskLibDiskType;

typedef enum {
    VIXDISKLIB_ADAPTER_IDE = 1,
    VIXDISKLIB_ADAPTER_SCSI_BUSLOGIC = 2,
    VIXDISKLIB_ADAPTER_SCSI_LSILOGIC = 3,
    VIXDISKLIB_ADAPTER_UNKNOWN = 256
} VixDiskLibAdapterType;

typedef struct {
    uint32 cylinders;
    uint32 heads;
    uint32 sectors;
} VixDiskLibGeometry;

typedef struct {
    VixDiskLibDiskType diskType;
    VixDiskLibAdapterType adapterType;
    uint16 hwVersion;
    VixDiskLibSectorType capacity;
} VixDiskLibCreateParams;

typedef struct {
    VixDiskLibGeometry biosGeo;
    VixDiskLibGeometry physGeo;
    VixDiskLibSectorType capacity;
    VixDiskLibAdapterType adapterType;
    int numLinks;
    char *parentFileNameHint;
    char *uuid;
} VixDiskLibInfo;

typedef struct {
    VixDiskLibSectorType offset;
    VixDiskLibSectorType length;
} VixDiskLibBlock;

typedef struct {
    uint32 numBlocks;
    VixDiskLibBlock blocks[1];
} VixDiskLibBlockList;

typedef struct VixDiskLibHandleStruct *VixDiskLibHandle;
typedef struct VixDiskLibConnectionStruct *VixDiskLibConnection;
typedef Bool (*VixDiskLibProgressFunc)(void *data, int percent);

VixError VixDiskLib_Create(const VixDiskLibConnection connection, const char *path,
                           const VixDiskLibCreateParams *parameters,
                           VixDiskLibProgressFunc progress, void *data);
VixError VixDiskLib_CreateChild(VixDiskLibHandle parent, const char *path, VixDiskLibDiskType type,
                                VixDiskLibProgressFunc progress, void *data);
VixError VixDiskLib_Open(const VixDiskLibConnection connection, const char *path, uint32 flags,
                         VixDiskLibHandle *disk);
VixError VixDiskLib_Close(VixDiskLibHandle disk);
VixError VixDiskLib_GetInfo(VixDiskLibHandle disk, VixDiskLibInfo **info);
void VixDiskLib_FreeInfo(VixDiskLibInfo *info);
VixError VixDiskLib_Read(VixDiskLibHandle disk, VixDiskLibSectorType start,
                         VixDiskLibSectorType count, uint8 *buffer);
VixError VixDiskLib_Write(VixDiskLibHandle disk, VixDiskLibSectorType start,
                          VixDiskLibSectorType count, const uint8 *buffer);
VixError VixDiskLib_ReadMetadata(VixDiskLibHandle disk, const char *key, char *buffer,
                                 size_t length, size_t *needed);
VixError VixDiskLib_WriteMetadata(VixDiskLibHandle disk, const char *key, const char *value);
VixError VixDiskLib_QueryAllocatedBlocks(VixDiskLibHandle disk, VixDiskLibSectorType start,
                                         VixDiskLibSectorType count, VixDiskLibSectorType chunk,
                                         VixDiskLibBlockList **blocks);
VixError VixDiskLib_FreeBlockList(VixDiskLibBlockList *blocks);
VixError VixDiskLib_Attach(VixDiskLibHandle parent, VixDiskLibHandle child);
VixError VixDiskLib_IsAttachPossible(VixDiskLibHandle parent, VixDiskLibHandle child);
VixError VixDiskLib_Clone(const VixDiskLibConnection toConnection, const char *toPath,
                          const VixDiskLibConnection fromConnection, const char *fromPath,
                          const VixDiskLibCreateParams *parameters,
                          VixDiskLibProgressFunc progress, void *data, Bool overWrite);
VixError VixDiskLib_Grow(const VixDiskLibConnection connection, const char *path,
                         VixDiskLibSectorType capacity, Bool updateGeometry,
                         VixDiskLibProgressFunc progress, void *data);
VixError VixDiskLib_Shrink(VixDiskLibHandle disk, VixDiskLibProgressFunc progress, void *data);
VixError VixDiskLib_Defragment(VixDiskLibHandle disk, VixDiskLibProgressFunc progress, void *data);
VixError VixDiskLib_Rename(const char *from, const char *to);
VixError VixDiskLib_Unlink(const VixDiskLibConnection connection, const char *path);
VixError VixDiskLib_CheckRepair(const VixDiskLibConnection connection, const char *path,
                                Bool repair);

#endif
